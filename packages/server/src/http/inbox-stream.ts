import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { whenRevoked, type Revocations } from '../access/revocations.ts';
import { TokenWatch } from '../access/token-watch.ts';
import type { Clock } from '../clock.ts';
import { randomRetryMs } from './feed-stream.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { EventStream, streamHeaders } from './sse.ts';

export interface InboxStreamParts {
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly revocations: Revocations;
  readonly heartbeatMs: number;
}

/** Answers with the live inbox as an event stream, until the client goes, its credential ends, or the server stops. */
export function openInboxStream(parts: InboxStreamParts, principal: Principal, reply: FastifyReply): FastifyReply {
  const { inbox, clock, revocations, heartbeatMs } = parts;
  const { raw } = reply.headers(streamHeaders);
  reply.hijack();
  if (raw.destroyed) return reply;
  // The end of the stream is the end of the connection, as it is of the feed's.
  raw.removeHeader('transfer-encoding');
  raw.writeHead(200, { ...(reply.getHeaders() as OutgoingHttpHeaders), connection: 'close' });
  const stream = new EventStream(raw, { retryMs: randomRetryMs() });
  const subscription = inbox.listen(principal, {
    drained: () => stream.drained(),
    push: (message) => stream.message({ ...message, id: 'sse' }),
    end: (why) => stream.end(why),
  });
  const token = new TokenWatch({ clock, ask: () => undefined, end: () => stream.end('expired') });
  token.renew(principal.expiresAt);
  let cancelBeat = (): void => undefined;
  const beatLater = (): void => {
    cancelBeat = clock.after(heartbeatMs, () => {
      stream.sign();
      beatLater();
    });
  };
  beatLater();
  const stopListening = whenRevoked(revocations, principal, () => stream.end('revoked'));
  raw.on('close', () => {
    subscription.stop();
    token.stop();
    cancelBeat();
    stopListening();
  });
  return reply;
}
