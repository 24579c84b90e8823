import type { LogEntry } from '@concord/protocol';

/** In characters; a longer word is found by its beginning. */
const maxWordLength = 64;

// Of no language in particular, so that every machine divides a text in the same way.
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

const pictograph = /\p{Extended_Pictographic}/u;

/**
 * The words of a text, each once, as they are compared: without marks and case (`Müßig` is `mussig`). Languages that are
 * written without spaces are divided by their dictionaries, and an emoji is a word.
 */
export function wordsOf(text: string): readonly string[] {
  const words = new Set<string>();
  for (const { segment, isWordLike } of segmenter.segment(text.toWellFormed())) {
    if (isWordLike !== true && !pictograph.test(segment)) continue;
    const word = foldWord(segment);
    if (word !== '') words.add(word);
  }
  return [...words];
}

/** Marks that belong to no script, as accents do. The vowels of Thai and Hindi are marks, too, and tell words apart. */
const accents = /(?=\p{M})\p{Script=Inherited}/gu;

/** Upper case first: it makes one of `ß` and `ss`. */
function foldWord(segment: string): string {
  const plain = segment.normalize('NFKD').replace(accents, '');
  const folded = plain.toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return folded.length <= maxWordLength ? folded : Array.from(folded).slice(0, maxWordLength).join('');
}

/** By what an entry is found: its text, the ids of whom and what it names, and the names of its files. */
export function searchedWords({ text, attachments = [], deletedAt, system }: LogEntry): readonly string[] {
  if (deletedAt !== undefined || system !== undefined) return [];
  return wordsOf(
    [
      text.replace(/<[@#]([^<>\s]+)>/g, (_named, name: string) => ` ${decoded(name)} `),
      ...attachments.map(({ name }) => name),
    ].join('\n'),
  );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
