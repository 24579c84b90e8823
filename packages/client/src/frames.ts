import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/**
 * The frames of documents, as the Hocuspocus protocol has them: an address, which is the document's name, then a message.
 * Without its address, a message delimits itself.
 */
const type = { sync: 0, awareness: 1, auth: 2, syncReply: 4, stateless: 5, close: 7, syncStatus: 8 } as const;

/** The second number of a sync message, from y-protocols. */
const step = { vector: 0, state: 1, update: 2 } as const;
const auth = { token: 0, denied: 1, authenticated: 2 } as const;

/** What the server says about a document. */
export type Incoming =
  /** It asks for what it lacks. */
  | { readonly type: 'vector'; readonly vector: Uint8Array }
  /** What we lacked. */
  | { readonly type: 'state'; readonly update: Uint8Array }
  | { readonly type: 'update'; readonly update: Uint8Array }
  | { readonly type: 'awareness'; readonly update: Uint8Array }
  /** It wants another token. */
  | { readonly type: 'token' }
  | { readonly type: 'authenticated'; readonly readOnly: boolean }
  /** It does not let us open the document. */
  | { readonly type: 'denied'; readonly reason: string }
  /** It has closed the document. */
  | { readonly type: 'close'; readonly reason: string }
  /** What one sync message held is on disk, or was not taken. They come in the order of the messages. */
  | { readonly type: 'ack'; readonly taken: boolean }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'unknown' };

/** Takes a frame apart. Throws where its bytes end too early. */
export function readFrame(bytes: Uint8Array): { readonly document: string; readonly message: Incoming } {
  const decoder = decoding.createDecoder(bytes);
  return { document: decoding.readVarString(decoder), message: readMessage(decoder) };
}

/** Messages without an address, one behind the other. */
export function readMessages(bytes: Uint8Array): Incoming[] {
  const decoder = decoding.createDecoder(bytes);
  const messages: Incoming[] = [];
  while (decoding.hasContent(decoder)) messages.push(readMessage(decoder));
  return messages;
}

function readMessage(decoder: decoding.Decoder): Incoming {
  switch (decoding.readVarUint(decoder)) {
    case type.sync:
    case type.syncReply:
      return readSync(decoder);
    case type.awareness:
      return { type: 'awareness', update: decoding.readVarUint8Array(decoder) };
    case type.auth:
      return readAuth(decoder);
    case type.stateless:
      return { type: 'notice', text: decoding.readVarString(decoder) };
    case type.close:
      return { type: 'close', reason: decoding.readVarString(decoder) };
    case type.syncStatus:
      return { type: 'ack', taken: decoding.readVarUint(decoder) === 1 };
    default:
      return { type: 'unknown' };
  }
}

function readSync(decoder: decoding.Decoder): Incoming {
  const kind = decoding.readVarUint(decoder);
  const bytes = decoding.readVarUint8Array(decoder);
  if (kind === step.vector) return { type: 'vector', vector: bytes };
  return { type: kind === step.state ? 'state' : 'update', update: bytes };
}

function readAuth(decoder: decoding.Decoder): Incoming {
  switch (decoding.readVarUint(decoder)) {
    case auth.token:
      return { type: 'token' };
    case auth.denied:
      return { type: 'denied', reason: decoding.readVarString(decoder) };
    default:
      return { type: 'authenticated', readOnly: decoding.readVarString(decoder) === 'readonly' };
  }
}

/** A message for the server: a writer, so that it can be put behind an address or behind others. */
export type Outgoing = (encoder: encoding.Encoder) => void;

export const say = {
  token:
    (token: string): Outgoing =>
    (encoder) => {
      encoding.writeVarUint(encoder, type.auth);
      encoding.writeVarUint(encoder, auth.token);
      encoding.writeVarString(encoder, token);
    },
  /** Asks for what we lack, beyond `vector`. */
  vector: (vector: Uint8Array): Outgoing => writeSync(step.vector, vector),
  /** What the server lacked. */
  state: (update: Uint8Array): Outgoing => writeSync(step.state, update),
  update: (update: Uint8Array): Outgoing => writeSync(step.update, update),
  awareness:
    (update: Uint8Array): Outgoing =>
    (encoder) => {
      encoding.writeVarUint(encoder, type.awareness);
      encoding.writeVarUint8Array(encoder, update);
    },
  close: (): Outgoing => (encoder) => encoding.writeVarUint(encoder, type.close),
};

function writeSync(kind: number, bytes: Uint8Array): Outgoing {
  return (encoder) => {
    encoding.writeVarUint(encoder, type.sync);
    encoding.writeVarUint(encoder, kind);
    encoding.writeVarUint8Array(encoder, bytes);
  };
}

export function writeFrame(document: string, message: Outgoing): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, document);
  message(encoder);
  return encoding.toUint8Array(encoder);
}

export function writeMessages(messages: readonly Outgoing[]): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  for (const message of messages) message(encoder);
  return encoding.toUint8Array(encoder);
}
