import * as Y from 'yjs';
import type { ErrorBody } from '@concord/protocol';
import { frames, readMessages, type Received } from './raw-client.ts';
import type { Reachable } from './requests.ts';
import type { TestUser } from './tokens.ts';

/** Says that on a document by one request. */
export function postSync(
  server: Pick<Reachable, 'fetch'>,
  document: string,
  messages: readonly Uint8Array[],
  as?: TestUser,
): Promise<Response> {
  return server.fetch(`/sync/${document}`, {
    method: 'POST',
    body: Buffer.concat(messages),
    headers: { 'content-type': 'application/octet-stream' },
    ...(as === undefined ? {} : { as }),
  });
}

/** What was answered; throws where it was refused. */
export async function told(answer: Promise<Response>): Promise<Received[]> {
  const response = await answer;
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return readMessages(new Uint8Array(await response.arrayBuffer()));
}

/** By what it was refused. */
export async function refusal(answer: Promise<Response>): Promise<[status: number, code: string, field: string | undefined]> {
  const response = await answer;
  const { error } = JSON.parse(await response.text()) as ErrorBody;
  return [response.status, error.code, error.field];
}

/** Brings a replica and the server to the same, as a client without a socket does: by two requests, or one where it has nothing new. */
export async function syncByRequest(
  server: Pick<Reachable, 'fetch'>,
  document: string,
  replica: Y.Doc,
  as?: TestUser,
): Promise<Received[]> {
  const first = await told(postSync(server, document, [frames.step1(undefined, Y.encodeStateVector(replica))], as));
  const asked = first.find(({ kind }) => kind === 'step1');
  for (const frame of first) if (frame.kind === 'step2') Y.applyUpdate(replica, frame.body, 'request');
  const missing = Y.encodeStateAsUpdate(replica, asked?.kind === 'step1' ? asked.body : undefined);
  return [...first, ...(await told(postSync(server, document, [frames.step2(undefined, missing)], as)))];
}
