import { connect } from 'node:net';
import type { Endpoint } from './jobs.ts';
import { openRawWebSocket, readBuffer } from './raw-web-socket.ts';
import { signToken } from './tokens.ts';

/** By which the feed is pushed. */
export type Transport = 'sse' | 'realtime';

export interface SubscribeOptions {
  readonly user: string;
  /** A cursor, or `now`. */
  readonly since: string;
  /** An event has arrived: the number of the write that caused it, which the record has in its field `seq`. */
  onEvent(seq: number): void;
  onBytes?(count: number): void;
}

export interface Subscription {
  close(): void;
}

type Subscribe = (endpoint: Endpoint, options: SubscribeOptions) => Promise<Subscription>;

const marker = Buffer.from('"seq":');

function seqAt(bytes: Buffer, at: number): number {
  return Number.parseInt(bytes.toString('latin1', at + marker.length, at + marker.length + 12), 10);
}

/** Resolves once the server answers 200. */
const subscribeBySse: Subscribe = (endpoint, { user, since, onEvent, onBytes }) =>
  new Promise((resolve, reject) => {
    let answered = false;
    let closed = false;
    let tail: Buffer | null = null;
    const onData = (length: number, read: Uint8Array): boolean => {
      const chunk = Buffer.from(read.buffer, read.byteOffset, length);
      onBytes?.(length);
      if (!answered) {
        answered = true;
        const status = chunk.toString('latin1', 0, chunk.indexOf('\r\n'));
        if (status.includes(' 200 ')) resolve(subscription);
        else reject(new Error(`The feed answered ${status}`));
      }
      const bytes = tail === null ? chunk : Buffer.concat([tail, chunk]);
      const end = bytes.lastIndexOf('\n\n') + 2;
      for (let at = bytes.indexOf(marker); at >= 0 && at < end; at = bytes.indexOf(marker, at + marker.length)) {
        onEvent(seqAt(bytes, at));
      }
      const rest = end >= 2 ? bytes.subarray(end) : bytes;
      tail = rest.length === 0 ? null : Buffer.from(rest);
      return true;
    };
    const socket = connect({
      port: endpoint.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: readBuffer(), callback: onData },
    });
    const subscription: Subscription = {
      close() {
        closed = true;
        socket.destroy();
      },
    };
    socket.on('connect', () => {
      socket.write(
        `GET /api/v1/changes?feed=sse&since=${since} HTTP/1.1\r\nHost: 127.0.0.1:${endpoint.port}\r\n` +
          `Accept: text/event-stream\r\nAuthorization: Bearer ${signToken(endpoint.secret ?? '', user)}\r\n\r\n`,
      );
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (!closed) fail(reject, answered, 'The feed ended');
    });
  });

/** Resolves once the server has confirmed the subscription. */
const subscribeByRealtime: Subscribe = (endpoint, { user, since, onEvent, onBytes }) =>
  new Promise((resolve, reject) => {
    let subscribed = false;
    const token = signToken(endpoint.secret ?? '', user);
    const socket = openRawWebSocket(endpoint.port, `/api/v1/realtime/ws?token=${token}`, {
      onOpen: () => socket.sendText(JSON.stringify({ action: 'subscribe', id: 'all', since })),
      onMessage(bytes, start, end) {
        onBytes?.(end - start);
        const at = bytes.indexOf(marker, start);
        if (at >= 0 && at < end) return onEvent(seqAt(bytes, at));
        const message = bytes.toString('utf8', start, end);
        if (message.includes('"type":"error"')) return fail(reject, subscribed, message);
        if (!message.includes('"type":"subscribed"')) return;
        subscribed = true;
        resolve(socket);
      },
      onClose: (reason) => fail(reject, subscribed, `The realtime socket was closed (${reason})`),
    });
  });

/** Who has subscribed already is told by the end of the run: nothing that is measured may go on without it. */
function fail(reject: (error: Error) => void, isUnderWay: boolean, reason: string): void {
  const error = new Error(reason);
  if (isUnderWay) throw error;
  reject(error);
}

export const subscribeBy: Record<Transport, Subscribe> = { sse: subscribeBySse, realtime: subscribeByRealtime };
