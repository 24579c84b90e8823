import { expect, it } from 'vitest';
import { readAddress } from './link-address.ts';

it.each([
  ['https://example.com/a?b#c', 'https://example.com/a?b#c'],
  ['http://localhost:4000/', 'http://localhost:4000/'],
  ['localhost:4000/x', 'https://localhost:4000/x'],
  [' example.com/path ', 'https://example.com/path'],
  ['ada@example.com', 'mailto:ada@example.com'],
  ['mailto:ada@example.com', 'mailto:ada@example.com'],
])('makes "%s" whole', (typed, address) => {
  expect(readAddress(typed)).toBe(address);
});

it.each([
  '',
  'no address',
  'word',
  'javascript:alert(1)',
  'JavaScript:alert(1)//x.com',
  'data:text/html,x',
  'file:///etc/passwd',
  'ftp://a.com',
])('takes "%s" for none', (typed) => {
  expect(readAddress(typed)).toBeNull();
});
