import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { ConcordError, type FlushRequest, type Limits } from '@concord/protocol';

/**
 * The frames of the Hocuspocus protocol, as far as they are looked at outside Hocuspocus: each begins with
 * its address, a document name, behind which a NUL and a session may follow, and a type.
 */
export const frameType = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  syncReply: 4,
  stateless: 5,
  close: 7,
  syncStatus: 8,
} as const;

/** The second number of a sync frame, from y-protocols. */
export const syncType = { step1: 0, step2: 1, update: 2 } as const;

/** The second number of an auth frame that the server sends. */
export const authType = { permissionDenied: 1, authenticated: 2 } as const;

export interface Frame {
  /** As the peer wrote it, session included. */
  readonly address: string;
  readonly documentName: string;
  readonly type: number;
  /** The number behind the type, for sync and auth frames. */
  readonly subtype: number | undefined;
  readonly bytes: Uint8Array;
  /** Where the type stands: what is in front of it is the address. */
  readonly typeOffset: number;
  /** Where what follows the last of these numbers begins. */
  readonly bodyOffset: number;
}

/** Takes a frame's head apart. Throws where the bytes end too early. */
export function readFrame(bytes: Uint8Array): Frame {
  const decoder = decoding.createDecoder(bytes);
  const address = decoding.readVarString(decoder);
  return readHead(bytes, decoder, address);
}

/** The same for a y-websocket frame, which bears no address: it is that of its socket. */
export function readFrameAt(address: string, bytes: Uint8Array): Frame {
  return readHead(bytes, decoding.createDecoder(bytes), address);
}

function readHead(bytes: Uint8Array, decoder: decoding.Decoder, address: string): Frame {
  const typeOffset = decoder.pos;
  const type = decoding.readVarUint(decoder);
  const hasSubtype = type === frameType.sync || type === frameType.syncReply || type === frameType.auth;
  const subtype = hasSubtype ? decoding.readVarUint(decoder) : undefined;
  const session = address.indexOf('\0');
  const documentName = session === -1 ? address : address.slice(0, session);
  return { address, documentName, type, subtype, bytes, typeOffset, bodyOffset: decoder.pos };
}

export function isSync(frame: Frame): boolean {
  return frame.type === frameType.sync || frame.type === frameType.syncReply;
}

/** What a client may send. */
const inbound: ReadonlySet<number> = new Set([
  frameType.sync,
  frameType.awareness,
  frameType.auth,
  frameType.queryAwareness,
  frameType.syncReply,
  frameType.stateless,
  frameType.close,
]);

/**
 * Refuses what Hocuspocus would choke on or print to the console: unknown types, and bodies that end too
 * early. Sync frames are read, and refused, where they are applied.
 */
export function checkFrame(frame: Frame, limits: Limits): void {
  if (!inbound.has(frame.type)) throw new RangeError(`There is no message type ${frame.type}`);
  if (frame.type === frameType.auth && frame.subtype !== 0) throw new RangeError('A client sends tokens only');
  if (frame.type === frameType.auth || frame.type === frameType.stateless) readText(frame);
  if (frame.type === frameType.awareness) checkAwareness(readBody(frame), limits);
}

/**
 * An awareness update: for each client its id, a clock and its state as JSON. Throws `too_large` for a state
 * that is, or that lies so deep that it could be read and not written again.
 */
function checkAwareness(update: Uint8Array, { maxAwarenessBytes, maxJsonDepth }: Limits): void {
  const decoder = decoding.createDecoder(update);
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    decoding.readVarUint(decoder);
    decoding.readVarUint(decoder);
    const state = decoding.readVarString(decoder);
    if (state.length > maxAwarenessBytes) throw new ConcordError('too_large', { limit: 'maxAwarenessBytes' });
    if (isDeeperThan(JSON.parse(state), maxJsonDepth)) throw new ConcordError('too_large', { limit: 'maxJsonDepth' });
  }
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(inner, depth - 1));
}

/** The Yjs update in a sync frame. A view onto the frame's bytes. Throws `invalid_frame` where they end too early. */
export function readBody(frame: Frame): Uint8Array {
  const decoder = decoding.createDecoder(frame.bytes);
  decoder.pos = frame.bodyOffset;
  try {
    return decoding.readVarUint8Array(decoder);
  } catch (cause) {
    throw new ConcordError('invalid_frame', { cause });
  }
}

/**
 * Sync messages without an address, one behind the other, each by itself. Throws `invalid_frame` where there is anything
 * else among them.
 */
export function splitSyncMessages(bytes: Buffer): Buffer[] {
  const decoder = decoding.createDecoder(bytes);
  const messages: Buffer[] = [];
  try {
    while (decoding.hasContent(decoder)) {
      const start = decoder.pos;
      if (decoding.readVarUint(decoder) !== frameType.sync || decoding.readVarUint(decoder) > syncType.update)
        throw new RangeError('No sync message');
      decoding.readVarUint8Array(decoder);
      messages.push(bytes.subarray(start, decoder.pos));
    }
  } catch (cause) {
    throw new ConcordError('invalid_frame', { field: `messages.${messages.length}`, cause });
  }
  return messages;
}

/** The text in a frame that carries one: a denial, a close, a stateless message. */
export function readText(frame: Frame): string {
  const decoder = decoding.createDecoder(frame.bytes);
  decoder.pos = frame.bodyOffset;
  return decoding.readVarString(decoder);
}

export function writeSync(address: string, type: number, body: Uint8Array): Uint8Array {
  return write(address, (encoder) => {
    encoding.writeVarUint(encoder, frameType.sync);
    encoding.writeVarUint(encoder, type);
    encoding.writeVarUint8Array(encoder, body);
  });
}

export function writeSyncStatus(address: string, saved: boolean): Uint8Array {
  return write(address, (encoder) => {
    encoding.writeVarUint(encoder, frameType.syncStatus);
    encoding.writeVarUint(encoder, saved ? 1 : 0);
  });
}

/** Asks to be told once all before it is on disk. It has no address: it is for where the socket has one document. */
export function writeFlush(): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, frameType.stateless);
    encoding.writeVarString(encoder, JSON.stringify({ type: 'flush', id: 0 } satisfies FlushRequest));
  });
}

/** An awareness update of no clients: says nothing, and is heard. */
export function writeNobody(address: string): Uint8Array {
  return writeAwareness(address, Uint8Array.of(0));
}

export function writeAwareness(address: string, update: Uint8Array): Uint8Array {
  return write(address, (encoder) => {
    encoding.writeVarUint(encoder, frameType.awareness);
    encoding.writeVarUint8Array(encoder, update);
  });
}

export function writePermissionDenied(address: string, reason: string): Uint8Array {
  return write(address, (encoder) => {
    encoding.writeVarUint(encoder, frameType.auth);
    encoding.writeVarUint(encoder, authType.permissionDenied);
    encoding.writeVarString(encoder, reason);
  });
}

/** The frame with which a client asks for a document: what a y-websocket client's URL says. */
export function writeToken(address: string, token: string): Uint8Array {
  return write(address, (encoder) => {
    encoding.writeVarUint(encoder, frameType.auth);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, token);
  });
}

/** Puts `address` in front of a frame that has none. */
export function prependAddress(address: string, bytes: Uint8Array): Uint8Array {
  return write(address, (encoder) => encoding.writeUint8Array(encoder, bytes));
}

function write(address: string, body: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, address);
  body(encoder);
  return encoding.toUint8Array(encoder);
}
