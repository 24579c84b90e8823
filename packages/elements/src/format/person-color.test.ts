import { expect, it } from 'vitest';
import { colorOf, initialsOf, inkOn } from './person-color.ts';

it('takes no colour but one, and gives a person always the same', () => {
  expect(colorOf('ada', '#12ab9F')).toBe('#12ab9F');
  for (const color of [undefined, 7, 'red', '#fff', 'url(x)', '#12345g']) expect(colorOf('ada', color)).toBe(colorOf('ada'));
  expect(colorOf('ada')).toMatch(/^#[0-9a-f]{6}$/);
});

it('writes on it in what reads well', () => {
  expect(['#ffffff', '#ffd54a', '#55b899'].map(inkOn)).toEqual(['#000', '#000', '#000']);
  expect(['#000000', '#6d4fc4', '#256d5a'].map(inkOn)).toEqual(['#fff', '#fff', '#fff']);
});

it('stands for a name by one or two letters', () => {
  expect(['Ada', 'Ada Lovelace', 'ada  king lovelace', '😀 Smile', ''].map(initialsOf)).toEqual(['A', 'AL', 'AL', '😀S', '']);
});
