import { ConcordError, type LogAttachment } from '@concord/protocol';
import type { LogAddress } from '../log-address.ts';

/** A file as its log has it. */
export interface FileRow {
  readonly attachment: LogAttachment;
  /** Who has uploaded it. */
  readonly author: string;
  /** When it got here, or was attached: RFC 3339, UTC, milliseconds. */
  readonly at: string;
  /** The id of the entry that has it; absent while it is loose. */
  readonly entry?: string;
}

/** A file that no entry has yet, as its author is charged for it. */
export interface LooseRow {
  readonly address: LogAddress;
  readonly size: number;
  readonly at: string;
}

const encoder = new TextEncoder();

export function encodeFileRow(row: FileRow | LooseRow): Uint8Array {
  return encoder.encode(JSON.stringify(row));
}

/** @throws `damaged` where the bytes are no row. */
export function decodeFileRow(bytes: Uint8Array): FileRow {
  const row = parse(bytes) as Partial<FileRow> | null;
  if (typeof row?.attachment?.id !== 'string' || typeof row.author !== 'string') throw new ConcordError('damaged');
  return row as FileRow;
}

/** @throws `damaged` where the bytes are no row. */
export function decodeLooseRow(bytes: Uint8Array): LooseRow {
  const row = parse(bytes) as Partial<LooseRow> | null;
  if (typeof row?.address !== 'object' || typeof row.size !== 'number' || typeof row.at !== 'string')
    throw new ConcordError('damaged');
  return row as LooseRow;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ConcordError('damaged', { cause });
  }
}
