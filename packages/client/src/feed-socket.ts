import type { RealtimeMessage, RealtimeRequest } from '@concord/protocol';
import type { Live } from './live.ts';

/** The feed's share of the client's one socket: text messages, as on `/api/v1/realtime/ws`. */
export interface FeedSocket {
  /**
   * `open`: authenticated; subscriptions of an earlier socket are not known on this one. `closed`: it is being connected,
   * or waits for the network. `blocked`: WebSockets do not get through here: read the feed by other ways; it is tried
   * again now and then, and may come to be `open`.
   */
  readonly state: Live<'open' | 'closed' | 'blocked'>;
  /** Has the socket be there as long as somebody wants it. */
  want(): () => void;
  /** Dropped unless it is open. */
  send(request: Exclude<RealtimeRequest, { readonly action: 'authenticate' }>): void;
  onMessage(listener: (message: RealtimeMessage) => void): () => void;
}
