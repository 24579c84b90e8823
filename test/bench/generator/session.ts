import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Doc, encodeStateAsUpdate } from 'yjs';

/** An editing session: the updates one author made, one for each edit, and the text they end in. */
export interface Session {
  readonly source: string;
  readonly edits: number;
  readonly endLength: number;
  readonly snapshotBytes: number;
}

type Edit = readonly [position: number, deleted: number, inserted: string];

/**
 * Writes a session of `count` edits to `file` (each update behind its length as uint32) and its snapshot to
 * `<file>.snapshot`. The edits are those of the recorded paper where `CONCORD_TRACES` names the folder of
 * the traces, and made up (with a seed) otherwise.
 */
export function writeSession(file: string, count: number): Session {
  const trace =
    process.env['CONCORD_TRACES'] === undefined ? null : join(process.env['CONCORD_TRACES'], 'automerge-paper.json.gz');
  const recorded = trace !== null && existsSync(trace);
  const doc = new Doc();
  doc.clientID = 0x30000000;
  const text = doc.getText('body');
  const chunks: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => {
    const size = Buffer.allocUnsafe(4);
    size.writeUInt32LE(update.length);
    chunks.push(size, update);
  });
  let edits = 0;
  for (const [position, deleted, inserted] of recorded ? recordedEdits(trace) : madeUpEdits(() => text.length)) {
    if (edits++ === count) break;
    doc.transact(() => {
      if (deleted > 0) text.delete(position, deleted);
      if (inserted !== '') text.insert(position, inserted);
    });
  }
  const snapshot = encodeStateAsUpdate(doc);
  writeFileSync(file, Buffer.concat(chunks));
  writeFileSync(`${file}.snapshot`, snapshot);
  return {
    source: recorded ? 'the recorded paper' : 'a generated session',
    edits: count,
    endLength: text.length,
    snapshotBytes: snapshot.length,
  };
}

export function* readSession(file: string): Generator<Uint8Array> {
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32LE(at);
    yield bytes.subarray(at + 4, at + 4 + size);
    at += 4 + size;
  }
}

function* recordedEdits(file: string): Generator<Edit> {
  const trace = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { txns: { patches: Edit[] }[] };
  for (const { patches } of trace.txns) yield* patches;
}

/** Writes as people do: runs of characters, some taken back, with a jump to another place now and then. */
function* madeUpEdits(length: () => number): Generator<Edit> {
  const random = createRandom(42);
  let cursor = 0;
  for (;;) {
    const dice = random();
    if (dice < 0.02) cursor = Math.floor(random() * (length() + 1));
    if (dice > 0.75 && cursor > 0) yield [--cursor, 1, ''];
    else yield [cursor++, 0, String.fromCharCode(97 + Math.floor(random() * 26))];
  }
}

/** mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
