import type { ResetReason } from '@concord/protocol';
import { isCompacted, type Reader } from './resume.ts';
import type { Feed, Placed } from './feed.ts';
import type { LookBeyond } from './beyond.ts';
import { judgeLate } from './selection.ts';
import type { Sight } from './sight.ts';

/** An event that a reader gets, and how it sees it. */
export interface Selected {
  readonly placed: Placed;
  readonly sight: Sight;
}

/** A stretch of the feed as one reader sees it. */
export interface Page {
  readonly events: readonly Selected[];
  /** Everything up to and including this number has been looked at. */
  readonly seq: number;
  /** Set when the stretch cannot be told exactly; the reader goes on from `seq` after listing again. */
  readonly reset?: ResetReason;
}

export interface PageParts {
  readonly feed: Feed;
  readonly lookBeyond: LookBeyond;
}

export interface Stretch {
  readonly after: number;
  /** A durable event's number: what comes later is left for the next page. */
  readonly through: number;
  /** How many events the page may have. */
  readonly limit: number;
  /** The page ends with the event that reaches this. */
  readonly maxBytes: number;
}

export const maxPageBytes: number = 4 * 1024 * 1024;

/** One page looks at no more entries, however few of them are selected. */
const maxScanned = 2000;
/** Entries are read so many at a time; fewer at first, and where they are large. */
const firstChunk = 10;
const maxChunk = 100;

/** Reads a page: bounded in time and memory, whatever the selection is. */
export async function readPage(parts: PageParts, reader: Reader, stretch: Stretch): Promise<Page> {
  const page = await readEvents(parts, reader, stretch);
  if (await isCompacted(parts.feed, reader.account, reader.selection, stretch.after))
    return { events: [], seq: stretch.through, reset: 'compacted' };
  return page;
}

async function readEvents(
  { feed, lookBeyond }: PageParts,
  { account, selection }: Reader,
  { after, through, limit, maxBytes }: Stretch,
): Promise<Page> {
  const events: Selected[] = [];
  let scanned = 0;
  let scannedBytes = 0;
  let bytes = 0;
  let seq = after;
  while (seq < through) {
    const wanted = scanned === 0 ? firstChunk : Math.ceil(((maxBytes - bytes) * scanned) / scannedBytes);
    const size = Math.max(1, Math.min(wanted, maxChunk));
    const chunk = await feed.read(account, seq, size);
    for (const placed of chunk) {
      if (placed.seq > through) break;
      if (events.length >= limit || scanned >= maxScanned || bytes >= maxBytes) return { events, seq };
      const sight = await judgeLate(selection, account, placed, lookBeyond);
      if (sight !== undefined) {
        events.push({ placed, sight });
        bytes += placed.bytes;
      }
      scanned++;
      scannedBytes += placed.bytes;
      seq = placed.seq;
    }
    // A chunk that is not full says that nothing else lies in the stretch: the rest was compacted away.
    seq = chunk.length < size ? through : Math.min(through, (chunk.at(-1) as Placed).seq);
  }
  return { events, seq };
}
