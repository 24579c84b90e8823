import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { whenRevoked, type Revocations } from '../access/revocations.ts';
import type { FeedRequest } from '../feed/changes-query.ts';
import type { SelectionRequest } from '../feed/selection-request.ts';
import type { Changes } from '../feed/changes.ts';
import type { Sink } from '../feed/subscriber.ts';
import type { HookRunner } from '../hooks/run-hooks.ts';
import { streamHeaders } from './sse.ts';

export interface FeedStreamParts {
  readonly changes: Changes;
  readonly revocations?: Revocations;
  readonly hooks?: HookRunner | undefined;
}

/** What is streamed, and how that was asked for. */
export interface StreamRequest extends FeedRequest {
  readonly asked: SelectionRequest;
}

const minRetryMs = 1000;
const maxRetryMs = 3000;

/** After the end of a stream a browser comes back after one to three seconds: not all of them at once. */
export function randomRetryMs(): number {
  return minRetryMs + Math.floor(Math.random() * (maxRetryMs - minRetryMs));
}

/**
 * Answers with the feed as an event stream, until the client goes, its credential ends, or the server stops. Throws, in
 * place of that, what is wrong with the cursor.
 *
 * @param createSink makes what writes the stream: `retryMs` is how long a browser is to wait before it comes back
 */
export async function openFeedStream(
  { changes, revocations, hooks }: FeedStreamParts,
  query: StreamRequest,
  principal: Principal,
  reply: FastifyReply,
  createSink: (response: ServerResponse, retryMs: number) => Sink,
): Promise<FastifyReply> {
  const from = await changes.resume(query);
  const { raw } = reply.headers(streamHeaders);
  reply.hijack();
  if (raw.destroyed) return reply;
  // The end of the stream is the end of the connection: no chunks, so that a frame is one piece for all its readers.
  raw.removeHeader('transfer-encoding');
  raw.writeHead(200, { ...(reply.getHeaders() as OutgoingHttpHeaders), connection: 'close' });
  const subscription = changes.subscribe('sse', query, principal, from, createSink(raw, randomRetryMs()));
  const stopListening = whenRevoked(revocations, principal, () => subscription.end('revoked'));
  const hooked = hooks?.connected('sse', principal);
  const { collections, record, filter } = query.asked;
  hooked?.subscribed({ id: 'sse', collections, record, filter });
  raw.on('close', () => {
    hooked?.end();
    stopListening();
    subscription.stop();
  });
  return reply;
}
