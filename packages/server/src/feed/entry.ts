import { ConcordError } from '@concord/protocol';
import type { EventDraft, Placed } from './feed.ts';

/**
 * An event as the store keeps it: the draft as UTF-8 JSON, with the epoch it was made in. Its number is the
 * entry's own, known only once it is appended; both together make its id, which therefore stays the same
 * for as long as the entry is kept, whatever becomes of the feed's epoch.
 */
interface Entry extends EventDraft {
  readonly epoch: string;
}

/** What the id and the cursor add to an event on the wire, at most. */
const placeBytes = 160;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Encodes an event. One that would be larger than `maxBytes` on the wire is kept without its data, and, if
 * that is not enough, without its previous values; the answer's `draft` is the event as it is kept.
 */
export function encodeEntry(draft: EventDraft, epoch: string, maxBytes: number): { draft: EventDraft; bytes: Uint8Array } {
  let kept = draft;
  let bytes = encode(kept, epoch);
  if (bytes.byteLength + placeBytes > maxBytes && kept.data !== undefined) {
    const { data: _left, ...rest } = kept;
    kept = { ...rest, truncated: true };
    bytes = encode(kept, epoch);
  }
  if (bytes.byteLength + placeBytes > maxBytes) {
    kept = { ...kept, previous: {} };
    bytes = encode(kept, epoch);
  }
  return { draft: kept, bytes };
}

export function decodeEntry(seq: number, bytes: Uint8Array): Placed {
  const { epoch, ...draft } = parseEntry(seq, bytes);
  return place(seq, draft, epoch, bytes.byteLength);
}

function parseEntry(seq: number, bytes: Uint8Array): Entry {
  let entry: Partial<Entry> | null;
  try {
    entry = JSON.parse(decoder.decode(bytes)) as Entry | null;
  } catch (cause) {
    throw new ConcordError('damaged', { message: `Event ${seq} of the feed cannot be read.`, cause });
  }
  if (typeof entry?.epoch === 'string' && typeof entry.type === 'string' && typeof entry.record === 'string')
    return entry as Entry;
  throw new ConcordError('damaged', { message: `Event ${seq} of the feed cannot be read.` });
}

/** What {@link decodeEntry} would answer. */
export function place(seq: number, draft: EventDraft, epoch: string, bytes: number): Placed {
  return { seq, event: { id: eventId(epoch, seq), ...draft }, bytes };
}

/** Of one length, so that ids of an epoch sort as their events do. */
function eventId(epoch: string, seq: number): string {
  return `evt_${epoch}${seq.toString(36).padStart(9, '0')}`;
}

function encode(draft: EventDraft, epoch: string): Uint8Array {
  const entry: Entry = { epoch, ...draft };
  return encoder.encode(JSON.stringify(entry));
}
