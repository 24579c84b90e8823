import { ConcordError, type InboxLevel, type LogEntry } from '@concord/protocol';

/** Somebody who follows a log. */
export interface Follower {
  readonly level: InboxLevel;
  /** The threads that they take part in, by the number of the root, each with the number from which on they do. */
  readonly threads: { readonly [root: string]: number };
}

/** How many live entries that are no replies there are in a segment, and how many of them by each author. */
export interface SegmentCount {
  readonly live: number;
  readonly by: readonly (readonly [author: string, live: number])[];
}

/** What is said of an entry to whom it mentions or answers. */
export interface Note {
  readonly author: string;
  readonly authorName: string;
  readonly at: string;
  /** The beginning of it. */
  readonly text: string;
}

export interface ReplyNote extends Note {
  /** Whom it mentions, others than the author. */
  readonly mentions?: readonly string[];
}

/** More threads than one follows at a time; older ones are given up for newer ones. */
const maxThreads = 100;

const maxNoteChars = 200;

export function noteOf({ author, authorName, at, text }: LogEntry): Note {
  return { author, authorName, at, text: beginningOf(text) };
}

function beginningOf(text: string): string {
  if (text.length <= maxNoteChars) return text;
  // Not between the halves of a surrogate pair.
  return text.slice(0, maxNoteChars).toWellFormed().replace(/�$/, '');
}

/** The same follower, who takes part in that thread from `since` on. Those who do already stay as they are. */
export function inThread(follower: Follower, root: number, since: number): Follower {
  if (follower.threads[root] !== undefined) return follower;
  const threads: Record<string, number> = { ...follower.threads, [root]: since };
  const roots = Object.keys(threads);
  for (const oldest of roots.slice(0, Math.max(0, roots.length - maxThreads))) delete threads[oldest];
  return { ...follower, threads };
}

export function counted(count: SegmentCount | undefined, author: string, change: 1 | -1): SegmentCount {
  const { live, by } = count ?? { live: 0, by: [] };
  const after = countOf(by, author) + change;
  const others = by.filter(([name]) => name !== author);
  return { live: live + change, by: after === 0 ? others : [...others, [author, after]] };
}

export function countOf(by: SegmentCount['by'], author: string): number {
  return by.find(([name]) => name === author)?.[1] ?? 0;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** @throws `damaged` where the bytes are no JSON */
export function decodeJson<T>(bytes: Uint8Array): T {
  try {
    return JSON.parse(decoder.decode(bytes)) as T;
  } catch (cause) {
    throw new ConcordError('damaged', { cause });
  }
}
