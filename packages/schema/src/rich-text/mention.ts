import type { RichTextNode } from './nodes.ts';

/**
 * How a person who is mentioned reads: a node `mention` in a text, with the attributes `id` and `label`, which is the name
 * when it was written. Null where it says neither.
 */
export function mentionText({ attrs }: RichTextNode): string | null {
  const name = [attrs?.['label'], attrs?.['id']].find((value) => typeof value === 'string' && value !== '');
  return typeof name === 'string' ? `@${name}` : null;
}
