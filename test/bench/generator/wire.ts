import * as encoding from 'lib0/encoding';

/** What a frame from the server is, as far as a load generator cares. */
export type FrameKind = 'step2' | 'update' | 'ack' | 'awareness' | 'refused' | 'other';

/** The frame last read; one object for all, so that reading allocates nothing. */
export interface Frame {
  kind: FrameKind;
  /** Where the Yjs bytes of a `step2` or `update` lie. */
  start: number;
  end: number;
}

/** A sync protocol, seen from a client that holds one document on a socket of its own. */
export interface Wire {
  /** Whether the server acknowledges updates. Where it does not, the sender's own echo counts as the ack. */
  readonly acks: boolean;
  /** The path to connect to, below the target's base path. */
  path(document: string): string;
  /** What a client sends first: authentication where there is one, and SyncStep1 with an empty state. */
  hello(document: string, token: string): Uint8Array[];
  /** What stands in front of an update (before its length). */
  updateHead(document: string): Uint8Array;
  /** What stands in front of an awareness update (before its length). */
  awarenessHead(document: string): Uint8Array;
  read(bytes: Uint8Array, start: number, end: number, frame: Frame): void;
}

export type WireName = 'hocuspocus' | 'y-websocket';

const emptyStateVector = new Uint8Array([0]);

// Messages, as in @hocuspocus/server's types.ts and y-protocols/sync.js.
const messageSync = 0;
const messageAwareness = 1;
const messageAuth = 2;
const messageSyncReply = 4;
const messageClose = 7;
const messageSyncStatus = 8;
const syncStep1 = 0;
const syncStep2 = 1;
const syncUpdate = 2;
const authDenied = 1;

const hocuspocus: Wire = {
  acks: true,
  path: () => '',
  hello: (document, token) => [
    encode((encoder) => {
      encoding.writeVarString(encoder, document);
      encoding.writeVarUint(encoder, messageAuth);
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarString(encoder, token);
      encoding.writeVarString(encoder, '4.8.0');
    }),
    encode((encoder) => {
      encoding.writeVarString(encoder, document);
      encoding.writeVarUint(encoder, messageSync);
      encoding.writeVarUint(encoder, syncStep1);
      encoding.writeVarUint8Array(encoder, emptyStateVector);
    }),
  ],
  updateHead: (document) =>
    encode((encoder) => {
      encoding.writeVarString(encoder, document);
      encoding.writeVarUint(encoder, messageSync);
      encoding.writeVarUint(encoder, syncUpdate);
    }),
  awarenessHead: (document) =>
    encode((encoder) => {
      encoding.writeVarString(encoder, document);
      encoding.writeVarUint(encoder, messageAwareness);
    }),
  read: (bytes, start, end, frame) => {
    position = start;
    const nameBytes = readVarUint(bytes);
    position += nameBytes;
    const type = bytes[position++];
    if (type === messageSync || type === messageSyncReply) readSync(bytes, frame);
    else if (type === messageAwareness) frame.kind = 'awareness';
    else if (type === messageSyncStatus) frame.kind = bytes[position] === 1 ? 'ack' : 'refused';
    else if (type === messageClose) frame.kind = 'refused';
    else frame.kind = type === messageAuth && bytes[position] === authDenied ? 'refused' : 'other';
    if (frame.kind === 'refused') {
      frame.start = position;
      frame.end = end;
    }
  },
};

const yWebSocket: Wire = {
  acks: false,
  path: (document) => `/${document}`,
  hello: () => [
    encode((encoder) => {
      encoding.writeVarUint(encoder, messageSync);
      encoding.writeVarUint(encoder, syncStep1);
      encoding.writeVarUint8Array(encoder, emptyStateVector);
    }),
  ],
  updateHead: () => new Uint8Array([messageSync, syncUpdate]),
  awarenessHead: () => new Uint8Array([messageAwareness]),
  read: (bytes, start, _end, frame) => {
    position = start;
    if (bytes[position++] === messageSync) readSync(bytes, frame);
    else frame.kind = 'other';
  },
};

export const wires: Record<WireName, Wire> = { hocuspocus, 'y-websocket': yWebSocket };

let position = 0;

function readSync(bytes: Uint8Array, frame: Frame): void {
  const step = bytes[position++];
  frame.kind = step === syncUpdate ? 'update' : step === syncStep2 ? 'step2' : 'other';
  const size = readVarUint(bytes);
  frame.start = position;
  frame.end = position + size;
}

function readVarUint(bytes: Uint8Array): number {
  let value = 0;
  let factor = 1;
  for (;;) {
    const byte = bytes[position++]!;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 128;
  }
}

function encode(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}
