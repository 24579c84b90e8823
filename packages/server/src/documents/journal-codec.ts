import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/**
 * The bytes of a part's journal.
 *
 * An entry holds what one commit adds to one part: the updates in the order they were applied, each with
 * the user whose connection brought it (R4). A snapshot stands for every entry up to and including
 * `through`. Both begin with a format number, so that a later layout can be told apart.
 */
const format = 1;

export interface JournalUpdate {
  readonly actor: string;
  readonly update: Uint8Array;
}

export interface JournalEntry {
  /** When it was sealed, in milliseconds since the epoch. */
  readonly at: number;
  readonly updates: readonly JournalUpdate[];
}

export interface Snapshot {
  readonly through: number;
  /** The whole state as one Yjs update, pending structs included (J6). */
  readonly state: Uint8Array;
}

/** What has not been derived into a view yet (J8). */
export interface DirtyMark {
  readonly first: number;
  readonly last: number;
  readonly actors: readonly string[];
}

export function encodeEntry(entry: JournalEntry): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, format);
  encoding.writeVarUint(encoder, entry.at);
  encoding.writeVarUint(encoder, entry.updates.length);
  let previous: string | undefined;
  for (const { actor, update } of entry.updates) {
    // Most commits hold the edits of one person: their name is written once, then left empty.
    encoding.writeVarString(encoder, actor === previous ? '' : actor);
    encoding.writeVarUint8Array(encoder, update);
    previous = actor;
  }
  return encoding.toUint8Array(encoder);
}

export function decodeEntry(bytes: Uint8Array): JournalEntry {
  const decoder = openDecoder(bytes, 'journal entry');
  const at = decoding.readVarUint(decoder);
  const updates: JournalUpdate[] = [];
  let actor = '';
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    actor = decoding.readVarString(decoder) || actor;
    updates.push({ actor, update: decoding.readVarUint8Array(decoder) });
  }
  return { at, updates };
}

export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, format);
  encoding.writeVarUint(encoder, snapshot.through);
  encoding.writeVarUint8Array(encoder, snapshot.state);
  return encoding.toUint8Array(encoder);
}

export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const decoder = openDecoder(bytes, 'snapshot');
  return { through: decoding.readVarUint(decoder), state: decoding.readVarUint8Array(decoder) };
}

const text = { encoder: new TextEncoder(), decoder: new TextDecoder() };

export function encodeMark(mark: DirtyMark): Uint8Array {
  return text.encoder.encode(JSON.stringify(mark));
}

export function decodeMark(bytes: Uint8Array): DirtyMark {
  const mark = JSON.parse(text.decoder.decode(bytes)) as Partial<DirtyMark> | null;
  if (typeof mark?.first !== 'number' || typeof mark.last !== 'number' || !Array.isArray(mark.actors)) {
    throw new Error('This is no dirty mark.');
  }
  return mark as DirtyMark;
}

function openDecoder(bytes: Uint8Array, what: string): decoding.Decoder {
  const decoder = decoding.createDecoder(bytes);
  const found = decoding.readVarUint(decoder);
  if (found !== format) throw new Error(`This ${what} has format ${found}; this version of Concord reads ${format}.`);
  return decoder;
}
