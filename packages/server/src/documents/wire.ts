import type { HookConnection } from '@concord/schema';
import { frameType, isSync, prependAddress, readFrame, readFrameAt, syncType, type Frame } from './frames.ts';

/** How one kind of client spells the frames of the document pipeline. */
export interface Wire {
  /** Throws on bytes that are no frame of this client's protocol. */
  read(bytes: Uint8Array): Frame;
  /** The frame as Hocuspocus reads it. */
  toHocuspocus(frame: Frame): Uint8Array;
  /** A frame that Hocuspocus or we made, as this client reads it; undefined where it has no word for it. */
  fromHocuspocus(frame: Frame): Uint8Array | undefined;
  /** As hooks are told of it. */
  readonly transport: Extract<HookConnection['transport'], 'sync' | 'yjs' | 'http'>;
  /** The socket carries this one document alone: what ends the document ends the socket. */
  readonly onlyDocument: string | undefined;
}

/** `@hocuspocus/provider`: several documents over one socket, each frame bearing its address. */
export const hocuspocusWire: Wire = {
  read: readFrame,
  toHocuspocus: (frame) => frame.bytes,
  fromHocuspocus: (frame) => frame.bytes,
  transport: 'sync',
  onlyDocument: undefined,
};

/** What a y-websocket client may say. It has no token frame (the URL has it), no acks and no messages. */
const spoken: ReadonlySet<number> = new Set([frameType.sync, frameType.awareness, frameType.queryAwareness]);

/**
 * `y-websocket`'s `WebsocketProvider`: one document a socket, named by the URL. Its frames are Hocuspocus's
 * without the address. One broadcast reaches many sockets as one buffer, so its translation is kept.
 */
export function createYjsWire(documentName: string): Wire {
  return {
    read(bytes) {
      const frame = readFrameAt(documentName, bytes);
      if (!spoken.has(frame.type)) throw new RangeError(`y-websocket has no message type ${frame.type}`);
      return frame;
    },
    toHocuspocus: (frame) => prependAddress(documentName, frame.bytes),
    fromHocuspocus: (frame) => (isSync(frame) || frame.type === frameType.awareness ? stripAddress(frame) : undefined),
    transport: 'yjs',
    onlyDocument: documentName,
  };
}

/**
 * Requests: one document each, and Hocuspocus's frames without the address, as far as they answer what was said. What
 * others write meanwhile is no answer: it comes with the next one.
 */
export function createHttpWire(documentName: string): Wire {
  const isAnswer = (frame: Frame): boolean =>
    isSync(frame) ? frame.subtype !== syncType.update : frame.type === frameType.stateless || frame.type === frameType.syncStatus;
  return {
    read: (bytes) => readFrameAt(documentName, bytes),
    toHocuspocus: (frame) => prependAddress(documentName, frame.bytes),
    fromHocuspocus: (frame) => (isAnswer(frame) ? stripAddress(frame) : undefined),
    transport: 'http',
    onlyDocument: documentName,
  };
}

const stripped = new WeakMap<Uint8Array, Uint8Array>();

function stripAddress(frame: Frame): Uint8Array {
  const type = frame.type === frameType.syncReply ? frameType.sync : frame.type;
  let bytes = stripped.get(frame.bytes);
  if (bytes === undefined) {
    bytes = frame.bytes.slice(frame.typeOffset);
    bytes[0] = type;
    stripped.set(frame.bytes, bytes);
  }
  return bytes;
}
