import type { EntryWriter } from '../log-index.ts';
import { wordKey } from './search-keys.ts';
import { searchedWords } from './words.ts';

const nothing = new Uint8Array();

/**
 * By which word which entry is found. It lies in the store, and is written with the entries: so it is never behind them,
 * survives what they survive, goes when they are purged, and moves with them to another store. A library with files of its own
 * would have to be brought up to date again after every crash.
 */
export const searchIndex: EntryWriter = {
  write(tx, { address, before, after }) {
    const old = new Set(before === undefined ? [] : searchedWords(before));
    const current = new Set(searchedWords(after));
    for (const word of old) if (!current.has(word)) tx.delete(wordKey(address, word, after.seq));
    for (const word of current) if (!old.has(word)) tx.put(wordKey(address, word, after.seq), nothing);
  },
};
