import { expect, it } from 'vitest';
import { codeOf, parseText, plainText, type Inline } from './parse-text.ts';

const inline = (text: string): readonly Inline[] | undefined => {
  const [block, ...others] = parseText(text);
  expect(others).toEqual([]);
  return block?.kind === 'lines' ? block.children : undefined;
};
const text = (words: string): Inline => ({ kind: 'text', text: words });

it('reads bold, italic and code, one in the other', () => {
  expect(inline('a **bold *one*** and *two* `x **y**`')).toEqual([
    text('a '),
    { kind: 'bold', children: [text('bold '), { kind: 'italic', children: [text('one')] }] },
    text(' and '),
    { kind: 'italic', children: [text('two')] },
    text(' '),
    { kind: 'code', text: 'x **y**' },
  ]);
});

it('leaves stars that mean something else', () => {
  for (const words of ['2 * 3 * 4', 'a*b*c', '** no **', 'one *two', '***']) expect(inline(words)).toEqual([text(words)]);
});

it('finds people and records', () => {
  expect(inline('ask <@ada> in <#rooms/press%3E1>')).toEqual([
    text('ask '),
    { kind: 'user', id: 'ada' },
    text(' in '),
    { kind: 'record', collection: 'rooms', id: 'press>1' },
  ]);
  expect(codeOf({ collection: 'rooms', record: 'press>1' })).toBe('<#rooms/press%3E1>');
  expect(codeOf({ user: '100%' })).toBe('<@100%25>');
});

it('makes addresses links, without what ends the sentence, and nothing that could run', () => {
  expect(inline('see https://example.com/a_(b), or mailto:ada@example.com.')).toEqual([
    text('see '),
    { kind: 'link', href: 'https://example.com/a_(b)', text: 'https://example.com/a_(b)' },
    text(', or '),
    { kind: 'link', href: 'mailto:ada@example.com', text: 'mailto:ada@example.com' },
    text('.'),
  ]);
  for (const words of ['javascript:alert(1)', 'data:text/html,x', '<img src=x>', 'http://'])
    expect(inline(words)).toEqual([text(words)]);
});

it('keeps blocks of code as they are', () => {
  expect(parseText('run\n```sh\nls **\n```\nthen')).toEqual([
    { kind: 'lines', children: [text('run')] },
    { kind: 'code', text: 'ls **' },
    { kind: 'lines', children: [text('then')] },
  ]);
  expect(inline('``` open')).toEqual([text('``` open')]);
});

it('says a text in one line', () => {
  const names = (mention: Inline & { kind: 'user' | 'record' }): string => (mention.kind === 'user' ? '@Ada' : '#Press');
  expect(plainText('**Look**, <@ada>:\n`x` in <#rooms/press>', names)).toBe('Look, @Ada: x in #Press');
});
