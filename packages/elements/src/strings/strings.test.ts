import type { NumberSchema, StringSchema } from '@concord/schema';
import { expect, it } from 'vitest';
import { english } from './english.ts';
import { labelOf } from './label.ts';
import { plural } from './plural.ts';
import { problemText } from './problem-text.ts';

it.each([
  ['title', 'Title'],
  ['dueDate', 'Due date'],
  ['due_date', 'Due date'],
  ['due-date', 'Due date'],
  ['VATNumber', 'VAT number'],
  ['line2', 'Line2'],
  ['in_progress', 'In progress'],
  ['größe', 'Größe'],
])('reads %s as "%s"', (name, label) => {
  expect(labelOf(name)).toBe(label);
});

it('counts in the forms and the digits of a language', () => {
  const forms = { one: '# zmiana', few: '# zmiany', other: '# zmian' };
  expect([1, 3, 5, 22].map((count) => plural('pl', count, forms))).toEqual(['1 zmiana', '3 zmiany', '5 zmian', '22 zmiany']);
  expect(plural('de', 12_345, { other: '# Änderungen' })).toBe('12.345 Änderungen');
});

it('says what is wrong in words of its own, and else in those of the schema', () => {
  const number: NumberSchema = { kind: 'number', name: 'n', required: false, default: null, min: 0, max: 2.5, integer: false };
  const string: StringSchema = { kind: 'string', name: 's', required: true, default: null, min: 2, max: 4, pattern: /^a/u };
  const say = (schema: NumberSchema | StringSchema, value: unknown) => problemText(schema, value, 'must be right', english, 'de');
  expect(say(number, -1)).toBe('Enter 0 or more');
  expect(say(number, 3)).toBe('Enter 2,5 or less');
  expect(say({ ...number, integer: true }, 1.5)).toBe('Enter a whole number');
  expect(say(string, '')).toBe('Fill this in');
  expect(say(string, 'a')).toBe('Use at least 2 characters');
  expect(say(string, 'abcde')).toBe('Use at most 4 characters');
  expect(say(string, 'abc')).toBe('It must be right');
});
