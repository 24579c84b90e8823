import { once } from 'node:events';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import * as Y from 'yjs';
import type { TestServer } from './server.ts';
import { tokenFor, type TestUser } from './tokens.ts';
import { until } from './until.ts';

/** A frame that the server has sent. `document` is empty on `/yjs`, where the URL names it. */
export type Received = { readonly document: string } & (
  | { readonly kind: 'step1' | 'step2' | 'update' | 'awareness'; readonly body: Uint8Array }
  | { readonly kind: 'denied' | 'authenticated' | 'asked' | 'stateless' | 'closed'; readonly text: string }
  | { readonly kind: 'saved'; readonly saved: boolean }
);

export interface RawClient {
  readonly socket: WebSocket;
  /** Everything received so far, in order. */
  readonly received: Received[];
  /** How the socket ended; undefined while it is open. */
  readonly end: { readonly code: number; readonly reason: string } | undefined;
  send(...frames: Uint8Array[]): void;
  /** The kinds of what was received on that document, in order. */
  kinds(document?: string): Received['kind'][];
  /** How many updates of that document were acknowledged. */
  acks(document: string): number;
  /** Resolves once everything that the server had sent when it heard of this is here. */
  settled(): Promise<void>;
  ended(): Promise<{ readonly code: number; readonly reason: string }>;
}

/** A client that speaks single frames of the Hocuspocus protocol, and does nothing by itself. */
export async function openRaw(server: Pick<TestServer, 'wsUrl'>, options: ClientOptions = {}): Promise<RawClient> {
  return await open(`${server.wsUrl}/sync`, true, options);
}

/** The same in y-websocket's protocol. `path` stands behind `/yjs/` as it is. */
export async function openRawYjs(server: Pick<TestServer, 'wsUrl'>, path: string, token?: string): Promise<RawClient> {
  return await open(`${server.wsUrl}/yjs/${path}?token=${token ?? (await tokenFor())}`, false, {});
}

/** A raw client whose document is open: it has authenticated and received what the server has. */
export async function openRawDocument(server: Pick<TestServer, 'wsUrl'>, document: string, as?: TestUser): Promise<RawClient> {
  const client = await openRaw(server);
  client.send(frames.token(document, await tokenFor(as)), frames.step1(document));
  await until(`${document} to be open`, () => client.kinds(document).includes('step2'));
  client.received.length = 0;
  return client;
}

async function open(url: string, named: boolean, options: ClientOptions): Promise<RawClient> {
  const socket = new WebSocket(url, options);
  socket.binaryType = 'nodebuffer';
  onTestFinished(() => socket.terminate());
  const received: Received[] = [];
  let end: { readonly code: number; readonly reason: string } | undefined;
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) received.push(read(data, named));
  });
  socket.on('close', (code, reason) => (end = { code, reason: reason.toString() }));
  await once(socket, 'open');
  return {
    socket,
    received,
    get end() {
      return end;
    },
    send(...all) {
      for (const frame of all) socket.send(frame);
    },
    kinds: (document = '') => received.filter((frame) => frame.document === document).map(({ kind }) => kind),
    acks: (document) => received.filter((frame) => frame.document === document && frame.kind === 'saved' && frame.saved).length,
    async settled() {
      // What is ready leaves at the end of a turn: by the third answer, so has all that was ready at the first.
      for (let round = 0; round < 3; round++) {
        const pong = once(socket, 'pong');
        socket.ping();
        await pong;
      }
    },
    ended: () => until('the socket to end', () => end),
  };
}

/** Frames that a client sends. Without a document they are y-websocket's. */
export const frames = {
  token: (document: string, token: string) => write(document, 2, 0, (encoder) => encoding.writeVarString(encoder, token)),
  step1: (document?: string, stateVector: Uint8Array = Uint8Array.of(0)) => write(document, 0, 0, bytes(stateVector)),
  step2: (document: string | undefined, update: Uint8Array) => write(document, 0, 1, bytes(update)),
  update: (document: string | undefined, update: Uint8Array) => write(document, 0, 2, bytes(update)),
  awareness: (document: string | undefined, update: Uint8Array) => write(document, 1, undefined, bytes(update)),
  stateless: (document: string, payload: string) =>
    write(document, 5, undefined, (encoder) => encoding.writeVarString(encoder, payload)),
  flush: (document: string, id: number) => frames.stateless(document, JSON.stringify({ type: 'flush', id })),
  close: (document: string) => write(document, 7, undefined, () => undefined),
  /** Any type, with what is behind it as it is. */
  any: (document: string | undefined, type: number, rest: Uint8Array = new Uint8Array()) =>
    write(document, type, undefined, (encoder) => encoding.writeUint8Array(encoder, rest)),
} as const;

/** The updates of edits that were made one after the other on one replica. */
export function updatesOf(document: Y.Doc, ...edits: readonly (() => void)[]): Uint8Array[] {
  const updates: Uint8Array[] = [];
  const take = (update: Uint8Array): unknown => updates.push(update);
  document.on('update', take);
  for (const edit of edits) edit();
  document.off('update', take);
  return updates;
}

/** An update that writes `text` into `body`, by a client of its own. */
export function updateWriting(text: string): Uint8Array {
  const document = new Y.Doc();
  document.getText('body').insert(0, text);
  return Y.encodeStateAsUpdate(document);
}

function bytes(body: Uint8Array) {
  return (encoder: encoding.Encoder): void => encoding.writeVarUint8Array(encoder, body);
}

function write(
  document: string | undefined,
  type: number,
  subtype: number | undefined,
  body: (encoder: encoding.Encoder) => void,
): Uint8Array {
  const encoder = encoding.createEncoder();
  if (document !== undefined) encoding.writeVarString(encoder, document);
  encoding.writeVarUint(encoder, type);
  if (subtype !== undefined) encoding.writeVarUint(encoder, subtype);
  body(encoder);
  return encoding.toUint8Array(encoder);
}

/** What a request for a document was answered: messages one behind the other. */
export function readMessages(data: Uint8Array): Received[] {
  const decoder = decoding.createDecoder(data);
  const messages: Received[] = [];
  while (decoding.hasContent(decoder)) messages.push(readNext(decoder, false));
  return messages;
}

function read(data: Uint8Array, named: boolean): Received {
  return readNext(decoding.createDecoder(data), named);
}

function readNext(decoder: decoding.Decoder, named: boolean): Received {
  const document = named ? decoding.readVarString(decoder) : '';
  const type = decoding.readVarUint(decoder);
  if (type === 0 || type === 4) {
    const kind = (['step1', 'step2', 'update'] as const)[decoding.readVarUint(decoder)] ?? 'update';
    return { document, kind, body: decoding.readVarUint8Array(decoder).slice() };
  }
  if (type === 1) return { document, kind: 'awareness', body: decoding.readVarUint8Array(decoder).slice() };
  if (type === 2) {
    const subtype = decoding.readVarUint(decoder);
    // For another token.
    if (subtype === 0) return { document, kind: 'asked', text: '' };
    const kind = subtype === 1 ? 'denied' : 'authenticated';
    return { document, kind, text: decoding.readVarString(decoder) };
  }
  if (type === 8) return { document, kind: 'saved', saved: decoding.readVarUint(decoder) === 1 };
  return { document, kind: type === 7 ? 'closed' : 'stateless', text: decoding.readVarString(decoder) };
}
