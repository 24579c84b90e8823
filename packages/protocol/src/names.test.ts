import { describe, expect, it } from 'vitest';
import { checkName, formatDocumentName, formatPresenceName, isName, parseDocumentName, parsePresenceName } from './names.ts';

describe('a document name', () => {
  it.each(['acme/tickets/42', 'a-b_c/t/A-1_b', 'acme/tickets/42/salary', 'acme/rooms/7/messages.12'])(
    '%s is taken apart and put together',
    (name) => {
      expect(formatDocumentName(parseDocumentName(name))).toBe(name);
    },
  );

  it.each([
    '',
    'acme',
    'acme/tickets',
    'acme/tickets/42/a/b',
    '/tickets/42',
    'acme//42',
    'acme/tickets/',
    'acme/tickets/..',
    'acme/../42',
    'acme/tickets/4\u00002',
    'acme/tickets/42\n',
    'ACME/tickets/42',
    'acme/Tickets/42',
    'acme/tickets/книга',
    'acme/tickets/42/messages.012',
    'acme/tickets/batch',
    `acme/tickets/${'x'.repeat(10_000)}`,
  ])('%j is refused', (name) => {
    expect(() => parseDocumentName(name)).toThrow(expect.objectContaining({ code: 'invalid_name' }));
  });
});

describe('the name of a presence', () => {
  it('is that of an account and of a collection, and of nothing else', () => {
    expect(parsePresenceName(formatPresenceName({ account: 'acme', collection: 'tickets' }))).toEqual({
      account: 'acme',
      collection: 'tickets',
    });
    for (const name of ['acme', 'acme/', '/tickets', 'acme/tickets/', 'acme/tickets/42', 'ACME/tickets', 'acme/../tickets', ''])
      expect(parsePresenceName(name), name).toBeUndefined();
  });
});

it('does not repeat a bad name in its error', () => {
  expect(() => checkName('record', 'x'.repeat(10_000))).toThrow(/^This is no record name.{0,80}$/);
});

it('takes what names people and systems bear', () => {
  expect(['alice', 'Zoë Ångström', 'api-key:01ab', 'auth0|5f7'].every((name) => isName('user', name))).toBe(true);
  expect(['', ' alice', 'a\u0000b', 'a\nb', 'x'.repeat(129), 7].some((name) => isName('user', name))).toBe(false);
});
