import { ConcordError } from '@concord/protocol';
import type { EventDraft, PartShare, Placed } from './feed.ts';

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
 * Encodes an event. A part's share that alone would be larger than `maxBytes` on the wire is kept without its data,
 * and, if that is not enough, without its previous values. So what becomes of one part never depends on what is in
 * another. The answer's `draft` is the event as it is kept.
 */
export function encodeEntry(draft: EventDraft, epoch: string, maxBytes: number): { draft: EventDraft; bytes: Uint8Array } {
  const { parts, decisive, ...content } = draft;
  const cut = cutContent(content, epoch, maxBytes);
  const shares = parts && Object.entries(parts).map(([name, share]) => [name, cutShare(share, maxBytes)] as const);
  const isWhole = cut.truncated !== true && shares?.every(([, { fields }]) => fields !== undefined) !== false;
  const { after, before } = decisive ?? {};
  const values = { ...(isWhole || after === undefined ? {} : { after }), ...(before === undefined ? {} : { before }) };
  const kept: EventDraft = {
    ...cut,
    ...(shares === undefined ? {} : { parts: Object.fromEntries(shares) }),
    ...(Object.keys(values).length === 0 ? {} : { decisive: values }),
  };
  return { draft: kept, bytes: encode(kept, epoch) };
}

function cutContent(draft: EventDraft, epoch: string, maxBytes: number): EventDraft {
  const isOver = (one: EventDraft): boolean => encode(one, epoch).byteLength + placeBytes > maxBytes;
  if (!isOver(draft)) return draft;
  const { data: _left, ...rest } = draft;
  const cut: EventDraft = draft.data === undefined ? draft : { ...rest, truncated: true };
  return isOver(cut) ? { ...cut, previous: {} } : cut;
}

function cutShare(share: PartShare, maxBytes: number): PartShare {
  const isOver = (one: PartShare): boolean => Buffer.byteLength(JSON.stringify(one)) > maxBytes;
  if (!isOver(share)) return share;
  const { fields: _left, ...cut } = share;
  return isOver(cut) ? { ...cut, previous: {} } : cut;
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
