import { expect, it } from 'vitest';
import { alsoNamed, decodeMentions, encodeMentions, mentionAt } from './mention-text.ts';

const ada = { label: '@Ada', code: '<@ada>' };
const adaBerg = { label: '@Ada Berg', code: '<@ada.berg>' };

it('sends the code of what was chosen, the longest name first, and whole words only', () => {
  expect(encodeMentions('@Ada Berg and @Ada, not @Adam', [ada, adaBerg])).toBe('<@ada.berg> and <@ada>, not @Adam');
  expect(encodeMentions('@Ada', [])).toBe('@Ada');
  expect(encodeMentions('#Press (1)', [{ label: '#Press (1)', code: '<#rooms/1>' }])).toBe('<#rooms/1>');
});

it('shows names where there are codes, and finds the way back', () => {
  const names = (mention: object): string => ('user' in mention ? 'Ada' : 'Press');
  const { text, named } = decodeMentions('ask <@ada> in <#rooms/a%3Eb>', names);
  expect(text).toBe('ask @Ada in #Press');
  expect(encodeMentions(text, named)).toBe('ask <@ada> in <#rooms/a%3Eb>');
});

it('tells people apart who are called the same', () => {
  const other = alsoNamed([ada], { label: '@Ada', code: '<@ada.2>' });
  expect(other.label).toBe('@Ada (ada.2)');
  expect(alsoNamed([ada], ada)).toBe(ada);
  expect(encodeMentions('@Ada and @Ada (ada.2)', [ada, other])).toBe('<@ada> and <@ada.2>');
  const { text, named } = decodeMentions('<@ada> and <@ada.2>, <@ada>', () => 'Ada');
  expect(text).toBe('@Ada and @Ada (ada.2), @Ada');
  expect(encodeMentions(text, named)).toBe('<@ada> and <@ada.2>, <@ada>');
});

it('knows when somebody is being named', () => {
  expect(mentionAt('hi @ad', 6)).toEqual({ kind: '@', query: 'ad', from: 3 });
  expect(mentionAt('#', 1)).toEqual({ kind: '#', query: '', from: 0 });
  expect(mentionAt('(@Ada Be', 8)).toEqual({ kind: '@', query: 'Ada Be', from: 1 });
  for (const text of ['ada@example', 'a #1 b c', '@a b c', 'x']) expect(mentionAt(text, text.length)).toBeUndefined();
});
