import { ConcordError, type LogEntry } from '@concord/protocol';

/** An entry of a log as the store has it. */
export interface LogRow {
  readonly entry: LogEntry;
  /** The feed position of its latest event: that one is never compacted away (F4). */
  readonly lastEvent: number;
}

/** What is kept under an entry's id. */
export interface IdRow {
  readonly seq: number;
  /** Of what was sent under it, by whom: who sends the same once more is answered the same. */
  readonly digest: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeJson(value: LogRow | IdRow): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** @throws `damaged` where the bytes are no row. */
export function decodeLogRow(bytes: Uint8Array): LogRow {
  const row = parse(bytes) as Partial<LogRow> | null;
  if (typeof row?.entry?.id !== 'string' || typeof row.lastEvent !== 'number') throw new ConcordError('damaged');
  return row as LogRow;
}

/** @throws `damaged` where the bytes are none. */
export function decodeIdRow(bytes: Uint8Array): IdRow {
  const row = parse(bytes) as Partial<IdRow> | null;
  if (typeof row?.seq !== 'number' || typeof row.digest !== 'string') throw new ConcordError('damaged');
  return row as IdRow;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw new ConcordError('damaged', { cause });
  }
}
