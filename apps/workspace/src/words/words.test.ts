import { expect, it } from 'vitest';
import { aOf, countOf, singularOf, wordsOf } from './words.ts';

it('makes words of names', () => {
  expect(wordsOf('dueDate')).toBe('Due date');
  expect(wordsOf('status')).toBe('Status');
  expect(wordsOf('in_progress')).toBe('In progress');
});

it('counts records of collections', () => {
  expect(['tickets', 'companies', 'boxes', 'addresses', 'news', 'staff'].map(singularOf)).toEqual([
    'ticket',
    'company',
    'box',
    'address',
    'new',
    'staff',
  ]);
  expect(countOf(1, 'tickets')).toBe('1 ticket');
  expect(countOf(0, 'tickets')).toBe('0 tickets');
  expect(countOf(10_000, 'orders')).toBe('10,000 orders');
  expect(aOf('orders')).toBe('an order');
});
