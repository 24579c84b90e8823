import { ConcordError, type LogEntry, type LogSearchPage } from '@concord/protocol';
import type { Store } from '@concord/store';
import type { LogAddress } from '../log-address.ts';
import { readHead, readSeq } from '../log-reader.ts';
import { beginningPrefix, seqOfWordKey, stretchOf, stretchSize, wordPrefix } from './search-keys.ts';
import { wordsOf } from './words.ts';

export interface LogSearchQuery {
  /** Words, all of which an entry has to have; of the last one the beginning is enough. */
  readonly query: string;
  /** Only entries before this number. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Searches one log. Whether somebody may read it is asked before. */
export interface LogSearch {
  /**
   * The entries that fit, the newest first. A search that takes long answers with what it has, which may be nothing, and with
   * `before` to go on from.
   *
   * @throws `bad_request` where there are more than {@link maxSearchWords} words
   */
  search(address: LogAddress, query: LogSearchQuery): Promise<LogSearchPage>;
}

const maxSearchWords = 8;

/** A single letter begins too many words. */
const minBeginning = 2;

export interface LogSearchOptions {
  readonly store: Store;
  /** After so many keys a search answers with what it has. */
  readonly maxKeys?: number;
}

export function createLogSearch({ store, maxKeys = 20_000 }: LogSearchOptions): LogSearch {
  return {
    async search(address, { query, before, limit }) {
      const terms = termsOf(query);
      if (terms.length === 0) return { items: [] };
      const below = Math.min(before ?? Infinity, (await readHead(store, address)) + 1);
      const items: LogEntry[] = [];
      let keys = 0;
      for (let stretch = stretchOf(below - 1); stretch >= 0; stretch--) {
        const found = await matchesIn(store, address, stretch, terms);
        keys += found.keys;
        for (const seq of found.seqs.filter((one) => one < below)) {
          const entry = (await readSeq(store, address, seq))?.entry;
          keys++;
          // It may have gone since its words were read.
          if (entry !== undefined && entry.deletedAt === undefined) items.push(entry);
          if (items.length === limit) return { items, before: seq };
        }
        if (keys >= maxKeys && stretch > 0) return { items, before: stretch * stretchSize + 1 };
      }
      return { items };
    },
  };
}

interface Term {
  readonly word: string;
  /** Words that go on behind it fit, too. */
  readonly isBeginning: boolean;
  /** How many keys it had when it was looked for the last time. */
  keys: number;
}

/** The longest first, which is probably in the fewest entries; a beginning last, as many words may fit. */
function termsOf(query: string): readonly Term[] {
  const words = wordsOf(query);
  if (words.length > maxSearchWords) {
    throw new ConcordError('bad_request', { field: 'query', message: `A search has up to ${maxSearchWords} words.` });
  }
  const last = words.at(-1) as string;
  const terms = words.map((word) => ({ word, isBeginning: word === last && Array.from(word).length >= minBeginning, keys: 0 }));
  return terms.toSorted((a, b) => Number(a.isBeginning) - Number(b.isBeginning) || b.word.length - a.word.length);
}

/** The entries of a stretch that have all of the terms, the newest first, and how many keys it took. */
async function matchesIn(
  store: Store,
  address: LogAddress,
  stretch: number,
  terms: readonly Term[],
): Promise<{ readonly seqs: readonly number[]; readonly keys: number }> {
  let matches: Set<number> | undefined;
  let keys = 0;
  // What was rare in the stretch before it: where that is not at all, the others need not be looked for.
  for (const term of terms.toSorted((a, b) => a.keys - b.keys)) {
    const prefix = (term.isBeginning ? beginningPrefix : wordPrefix)(address, stretch, term.word);
    const having = new Set<number>();
    term.keys = 0;
    for await (const [key] of store.range({ prefix })) {
      term.keys++;
      const seq = seqOfWordKey(key);
      if (matches === undefined || matches.has(seq)) having.add(seq);
    }
    keys += term.keys + 1;
    matches = having;
    if (matches.size === 0) break;
  }
  return { seqs: [...(matches ?? [])].toSorted((a, b) => b - a), keys };
}
