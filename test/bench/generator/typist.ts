import * as encoding from 'lib0/encoding';

/**
 * Types one character after the other into the root Y.Text `body`, each behind its own former one, and
 * writes the updates by hand: what Yjs itself would send for it, at none of its cost. Every typist owns a
 * run of the text, so that what many type merges without looking at each other.
 */
export interface Typist {
  readonly clientId: number;
  /** How many characters were typed so far: the clock of the next one. */
  readonly typed: number;
  /** The frame's payload with the next character. */
  next(): Uint8Array;
}

const contentString = 4;
const hasOrigin = 0x80;
const letters = 'the quick brown fox jumps over the lazy dog ';

/** @param head what the protocol puts in front of the update. */
export function createTypist(clientId: number, head: Uint8Array): Typist {
  let typed = 0;
  return {
    clientId,
    get typed() {
      return typed;
    },
    next() {
      const update = encodeInsert(clientId, typed, letters.charCodeAt(typed % letters.length));
      typed++;
      const payload = new Uint8Array(head.length + 1 + update.length);
      payload.set(head);
      payload[head.length] = update.length;
      payload.set(update, head.length + 1);
      return payload;
    },
  };
}

const encoder = encoding.createEncoder();

/** One inserted ASCII character as a Yjs update (format v1); always shorter than 128 bytes. */
function encodeInsert(clientId: number, clock: number, charCode: number): Uint8Array {
  encoder.cpos = 0;
  encoding.writeVarUint(encoder, 1); // clients
  encoding.writeVarUint(encoder, 1); // structs of this client
  encoding.writeVarUint(encoder, clientId);
  encoding.writeVarUint(encoder, clock);
  if (clock === 0) {
    encoding.writeUint8(encoder, contentString);
    encoding.writeVarUint(encoder, 1); // the parent is a root
    encoding.writeVarString(encoder, 'body');
  } else {
    encoding.writeUint8(encoder, contentString | hasOrigin);
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock - 1);
  }
  encoding.writeVarUint(encoder, 1); // bytes of the string
  encoding.writeUint8(encoder, charCode);
  encoding.writeVarUint(encoder, 0); // no deletions
  return encoder.cbuf.subarray(0, encoder.cpos);
}
