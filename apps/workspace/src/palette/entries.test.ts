import { expect, it } from 'vitest';
import { fitting, type Entry } from './entries.ts';

const entry = (label: string, also?: string): Entry => ({
  key: label,
  label,
  hint: '',
  icon: 'table',
  run: () => undefined,
  ...(also === undefined ? {} : { also }),
});
const entries = [entry('Tickets'), entry('New ticket'), entry('Dark theme', 'night'), entry('Sign out', 'log out leave')];
const found = (typed: string) => fitting(entries, typed).map(({ label }) => label);

it('finds by the beginnings of words, the first word first', () => {
  expect(found('tick')).toEqual(['Tickets', 'New ticket']);
  expect(found('n t')).toEqual(['New ticket', 'Dark theme']);
  expect(found('leave')).toEqual(['Sign out']);
  expect(found('heme')).toEqual(['Dark theme']);
  expect(found('zebra')).toEqual([]);
  expect(found('  ')).toHaveLength(4);
});
