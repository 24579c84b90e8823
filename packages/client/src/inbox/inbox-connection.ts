import type { InboxAnswer, InboxMessage, RealtimeMessage } from '@concord/protocol';
import { createBackoff } from '../backoff.ts';
import { createEventStreamParser } from '../feed/event-stream.ts';
import { openStream } from '../feed/stream-leg.ts';
import { within } from '../patience.ts';
import type { OpenInboxParts } from './open-inbox.ts';

export interface InboxListener {
  onMessage(message: Omit<InboxMessage, 'type' | 'id'>): void;
  /** Nothing comes for now. */
  onLost(): void;
}

type Parts = Pick<OpenInboxParts, 'http' | 'socket' | 'clock' | 'transports' | 'onWake'>;

const pollMs = 10_000;
const answerMs = 30_000;
/** So many polls, and it is tried again whether a stream gets through. */
const pollsBetweenStreams = 30;

/**
 * What is new, by the client's one socket; where that is blocked, as a stream, and where that does not get through, by
 * polls. Answers what ends it.
 */
export function connectInbox(parts: Parts, listener: InboxListener): () => void {
  const { socket, transports } = parts;
  let stopRequests: (() => void) | undefined;
  let name: string | undefined;
  let names = 0;
  const unwant = transports.includes('websocket') ? socket.want() : undefined;

  function look(): void {
    const state = transports.includes('websocket') ? socket.state.get() : 'blocked';
    if (state === 'open') {
      stopRequests?.();
      stopRequests = undefined;
      if (name === undefined) {
        name = `inbox-${++names}`;
        socket.send({ action: 'inbox', id: name });
      }
      return;
    }
    if (name !== undefined) listener.onLost();
    name = undefined;
    if (state === 'blocked') stopRequests ??= followByRequests(parts, listener);
  }

  function hear(message: RealtimeMessage): void {
    if (message.type === 'inbox' && message.id === name) listener.onMessage(message);
    // A server that does not take it by the socket may answer requests.
    else if (message.type === 'error' && message.id !== undefined && message.id === name) {
      listener.onLost();
      stopRequests ??= followByRequests(parts, listener);
    }
  }

  const stops = [socket.state.subscribe(look), socket.onMessage(hear)];
  look();
  return () => {
    for (const stop of stops) stop();
    if (name !== undefined) socket.send({ action: 'unsubscribe', id: name });
    stopRequests?.();
    unwant?.();
  };
}

function followByRequests({ http, clock, transports, onWake }: Parts, listener: InboxListener): () => void {
  const end = new AbortController();
  const { signal } = end;
  const backoff = createBackoff({ firstMs: 500, maxMs: 30_000, random: () => clock.random() });
  let wake = (): void => undefined;
  const stopWaking = onWake(() => wake());

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = clock.after(ms, done);
      signal.addEventListener('abort', done);
      wake = done;
    });
  }

  /** Until it is cut. Answers whether something came by it. */
  async function stream(): Promise<boolean> {
    let isThrough = false;
    const events = openStream({ http, clock }, '/inbox');
    signal.addEventListener('abort', () => events.close());
    const take = createEventStreamParser(({ event, data }) => {
      if (signal.aborted || (event !== '' && event !== 'inbox')) return;
      isThrough = true;
      listener.onMessage(JSON.parse(data) as InboxMessage);
    });
    // How it ends says nothing: what came by it does.
    await events.read(take).catch(() => undefined);
    return isThrough;
  }

  async function poll(tag: string | undefined): Promise<string | undefined> {
    return await within(answerMs, { clock, signal }, async (until) => {
      const response = await http.fetch('/inbox', {
        headers: tag === undefined ? {} : { 'if-none-match': tag },
        signal: until,
      });
      if (response.status === 304) return tag;
      const answer = (await response.json()) as InboxAnswer;
      if (!signal.aborted) listener.onMessage({ ...answer, removed: [], isWhole: true });
      return response.headers.get('etag') ?? undefined;
    });
  }

  async function pollFor(times: number): Promise<void> {
    let tag: string | undefined;
    for (let left = times; left > 0 && !signal.aborted; left--) {
      try {
        tag = await poll(tag);
        backoff.reset();
        await pause(pollMs);
      } catch {
        if (signal.aborted) return;
        tag = undefined;
        listener.onLost();
        await pause(backoff.next());
      }
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      if (transports.includes('sse') && (await stream())) {
        if (signal.aborted) return;
        listener.onLost();
        await pause(backoff.next());
      } else await pollFor(pollsBetweenStreams);
    }
  }

  void run();
  return () => {
    end.abort();
    stopWaking();
  };
}
