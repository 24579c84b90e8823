import { sentenceOf } from './sentence.ts';

/** What is said of something that did not work. */
export function failureWords(error: unknown): string {
  return sentenceOf(error instanceof Error ? error.message : String(error));
}
