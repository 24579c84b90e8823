import { parseUpdateMeta } from 'yjs';

/**
 * Calls back with the clocks `[from, to)` of every client that an update carries. What typists write is read
 * by hand, also when the server merged it; anything else is left to Yjs.
 */
export function readUpdateRanges(
  bytes: Uint8Array,
  start: number,
  end: number,
  onRange: (clientId: number, from: number, to: number) => void,
): void {
  if (readTyped(bytes, start, end, null)) {
    readTyped(bytes, start, end, onRange);
    return;
  }
  const meta = parseUpdateMeta(bytes.subarray(start, end));
  for (const [clientId, to] of meta.to) onRange(clientId, meta.from.get(clientId) ?? to, to);
}

const refGc = 0;
const refString = 4;
const refSkip = 10;
let position = 0;

/** Whether the update holds nothing but runs of ASCII text (and gaps). */
function readTyped(
  bytes: Uint8Array,
  start: number,
  end: number,
  onRange: ((clientId: number, from: number, to: number) => void) | null,
): boolean {
  position = start;
  const clients = readVarUint(bytes);
  for (let c = 0; c < clients; c++) {
    const structs = readVarUint(bytes);
    const clientId = readVarUint(bytes);
    let clock = readVarUint(bytes);
    for (let s = 0; s < structs; s++) {
      const info = bytes[position++]!;
      const ref = info & 31;
      let length: number;
      if (ref === refGc || ref === refSkip) length = readVarUint(bytes);
      else if (ref === refString) {
        if ((info & 0x80) !== 0) skipId(bytes);
        if ((info & 0x40) !== 0) skipId(bytes);
        if ((info & 0xc0) === 0) {
          if (readVarUint(bytes) === 1) skipString(bytes);
          else skipId(bytes);
          if ((info & 0x20) !== 0) skipString(bytes);
        }
        length = readVarUint(bytes);
        position += length;
      } else return false;
      if (position > end) return false;
      if (onRange !== null && ref !== refSkip) onRange(clientId, clock, clock + length);
      clock += length;
    }
  }
  return true;
}

function skipId(bytes: Uint8Array): void {
  readVarUint(bytes);
  readVarUint(bytes);
}

function skipString(bytes: Uint8Array): void {
  const length = readVarUint(bytes);
  position += length;
}

function readVarUint(bytes: Uint8Array): number {
  let value = 0;
  let factor = 1;
  for (;;) {
    const byte = bytes[position++]!;
    value += (byte & 0x7f) * factor;
    if (!(byte >= 0x80)) return value;
    factor *= 128;
  }
}
