import type { IconName } from '../components/icons.tsx';

/** Something that the palette can do. */
export interface Entry {
  readonly key: string;
  readonly label: string;
  /** Beside the label: of what kind it is, or where it leads. */
  readonly hint: string;
  readonly icon: IconName;
  /** Other words by which it is found. */
  readonly also?: string;
  run(): void;
}

/** The entries that fit what was typed, best first: each of its words begins one of theirs, or is in one. */
export function fitting(entries: readonly Entry[], typed: string): readonly Entry[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return entries;
  return entries
    .map((entry, index) => ({ entry, index, score: scoreOf(`${entry.label} ${entry.also ?? ''}`.toLowerCase(), words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.index - b.index)
    .map(({ entry }) => entry);
}

/** 0 where a word is missing. */
function scoreOf(text: string, words: readonly string[]): number {
  const parts = text.split(/[\s“”".,:/]+/);
  let score = 0;
  for (const word of words) {
    if (parts[0]?.startsWith(word)) score += 3;
    else if (parts.some((part) => part.startsWith(word))) score += 2;
    // Of one or two letters nearly every text has some.
    else if (word.length > 2 && text.includes(word)) score += 1;
    else return 0;
  }
  return score;
}
