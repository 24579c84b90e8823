import { expect, it } from 'vitest';
import { inkOn, personOf } from './person.ts';

it('takes a colour only in the one form that may go into a style', () => {
  expect(personOf('ada', 'Ada', '#B83280').color).toBe('#B83280');
  for (const color of ['red', 'url(x)', '#fff', '', 7, undefined])
    expect(personOf('ada', 'Ada', color).color).toMatch(/^#[0-9a-f]{6}$/);
});

it('falls back to the id for a name, and to the same colour each time', () => {
  expect(personOf('u-1', '  ')).toEqual(personOf('u-1'));
  expect(personOf('u-1').name).toBe('u-1');
});

it('writes white on dark and black on light', () => {
  expect(inkOn('#1d6fb8')).toBe('#fff');
  expect(inkOn('#ffe08a')).toBe('#111');
});
