import { keyStep, logPrefix, seqKey } from '../log-keys.ts';
import type { LogAddress } from '../log-address.ts';

/**
 * Entries that are searched in one go. A search reads what a stretch has of each word, the newest stretch first: so it is in
 * order whatever the words, also those of which only the beginning is known.
 */
export const stretchSize = 1000;

export function stretchOf(seq: number): number {
  return Math.floor((seq - 1) / stretchSize);
}

/** The words that begin so, of the entries of that stretch. */
export function beginningPrefix(address: LogAddress, stretch: number, beginning: string): string {
  return `${logPrefix(address)}s/${seqKey(stretch)}/${keyStep(beginning)}`;
}

/** The entries of that stretch that have the word. */
export function wordPrefix(address: LogAddress, stretch: number, word: string): string {
  return `${beginningPrefix(address, stretch, word)}/`;
}

export function wordKey(address: LogAddress, word: string, seq: number): string {
  return `${wordPrefix(address, stretchOf(seq), word)}${seqKey(seq)}`;
}

export function seqOfWordKey(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1));
}
