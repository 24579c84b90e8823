import { ConcordError, type RealtimeMessage, type SubscribeRequest } from '@concord/protocol';
import type { FeedRequest } from '../changes.ts';
import type { FeedSocket } from '../feed-socket.ts';
import { legEndOf, type LegListener, type OpenLeg } from './leg.ts';

interface Subscription {
  readonly listener: LegListener;
  /** Whether the server has said from where on it sends. */
  isReady: boolean;
  isOpened: boolean;
  /** A reset was told whose records are being sent. */
  isReset: boolean;
  end(): void;
}

/**
 * The feed over the client's one socket, a subscription a leg. Each has a name of its own, so that what the server still
 * sends to one that was ended reaches nobody.
 */
export function createSocketLegs(socket: FeedSocket): OpenLeg {
  const subscriptions = new Map<string, Subscription>();
  let lastName = 0;
  let stopListening: () => void = () => undefined;
  /** Nothing has come since the last heartbeat: each subscription has been told all up to the next one's cursor. */
  let isQuiet = false;

  function hear(message: RealtimeMessage): void {
    if (message.type === 'heartbeat') return hearHeartbeat(message.cursor);
    const name = 'subscription' in message ? message.subscription : 'id' in message ? message.id : undefined;
    const subscription = name === undefined ? undefined : subscriptions.get(name);
    if (subscription === undefined) return;
    isQuiet = false;
    if (message.type === 'error') {
      subscription.end();
      const { code, ...details } = message.error;
      subscription.listener.onEnded(legEndOf(new ConcordError(code, details), subscription.isReady));
      return;
    }
    if (!subscription.isOpened) {
      subscription.isOpened = true;
      subscription.listener.onOpened();
    }
    tell(message, subscription);
  }

  function hearHeartbeat(cursor: string | undefined): void {
    if (isQuiet && cursor !== undefined)
      for (const { listener, isReady } of Array.from(subscriptions.values())) if (isReady) listener.onMoved(cursor);
    isQuiet = true;
  }

  return (request, since, listener) => {
    const name = `feed-${++lastName}`;
    const unwant = socket.want();
    let isSubscribed = false;
    const end = (): void => {
      subscriptions.delete(name);
      stopWatching();
      unwant();
      if (subscriptions.size === 0) stopListening();
    };
    const look = (): void => {
      const state = socket.state.get();
      if (state === 'open' && !isSubscribed) {
        isSubscribed = true;
        socket.send(subscribeRequest(name, request, since));
      } else if (state === 'blocked' || (state === 'closed' && isSubscribed)) {
        end();
        listener.onEnded({ kind: state === 'blocked' ? 'blocked' : 'cut' });
      }
    };
    if (subscriptions.size === 0) stopListening = socket.onMessage(hear);
    subscriptions.set(name, { listener, isReady: false, isOpened: false, isReset: false, end });
    const stopWatching = socket.state.subscribe(look);
    look();
    return () => {
      if (!subscriptions.has(name)) return;
      end();
      if (isSubscribed) socket.send({ action: 'unsubscribe', id: name });
    };
  };
}

function subscribeRequest(
  id: string,
  { collections = [], record, filter, include }: FeedRequest,
  since: string,
): SubscribeRequest {
  return {
    action: 'subscribe',
    id,
    since,
    ...(collections.length === 0 ? {} : { collections }),
    ...(record === undefined ? {} : { record }),
    ...(filter === undefined ? {} : { filter }),
    ...(include === undefined ? {} : { include }),
  };
}

function tell(message: RealtimeMessage, subscription: Subscription): void {
  const { listener } = subscription;
  if ('subscription' in message) {
    const { subscription: _name, ...event } = message;
    listener.onChange(event);
    return;
  }
  if (message.type === 'snapshot') listener.onChange({ type: 'snapshot', items: message.items });
  else if (message.type === 'reset') {
    subscription.isReset = true;
    listener.onChange({ type: 'reset', reason: message.reset, cursor: message.cursor });
  } else if (message.type === 'subscribed') {
    const { cursor, reset } = message;
    if (reset !== undefined && !subscription.isReset) listener.onChange({ type: 'reset', reason: reset, cursor });
    subscription.isReset = false;
    subscription.isReady = true;
    listener.onReady(cursor);
  }
}
