import { describe, expect, it } from 'vitest';
import type { LogEntry } from '@concord/protocol';
import { searchedWords, wordsOf } from './words.ts';

const entry = (text: string, more: Partial<LogEntry> = {}): LogEntry => ({
  id: 'e',
  seq: 1,
  version: 1,
  author: 'ann',
  authorName: 'Ann',
  at: '2026-01-01T00:00:00.000Z',
  text,
  ...more,
});

describe('the words of a text', () => {
  it.each([
    ['Proofs, proofs; and PROOFS!', ['proofs', 'and']],
    ['Müßig saß der Ärger', ['mussig', 'sass', 'der', 'arger']],
    ['STRASSE Straße', ['strasse']],
    ['naïve café cafe\u0301', ['naive', 'cafe']],
    ['ΟΔΟΣ οδος', ['οδοσ']],
    ['ﬁne ２０２６', ['fine', '2026']],
    ["can't 3.5 invoice.pdf", ["can't", '3.5', 'invoice.pdf']],
    ['done 🎉 👩‍👧', ['done', '🎉', '👩‍👧']],
    ['מכונה 1', ['מכונה', '1']],
    ['/ — … ()', []],
    ['', []],
  ])('of %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('are found in what is written without spaces', () => {
    expect(wordsOf('東京に行きます')).toContain('東京');
    expect(wordsOf('สวัสดีครับ')).toContain('ครับ');
  });

  it('are cut between characters, and taken from what is no text', () => {
    expect(wordsOf('a'.repeat(100))).toEqual(['a'.repeat(64)]);
    expect(wordsOf('𝔞'.repeat(70))).toEqual(['a'.repeat(64)]);
    expect(wordsOf('𐐨'.repeat(70))).toEqual(['𐐨'.repeat(64)]);
    expect(() => wordsOf('x\ud800y \udc00').map(encodeURIComponent)).not.toThrow();
  });
});

describe('what an entry is found by', () => {
  it('is its text, whom and what it names, and its files', () => {
    expect(searchedWords(entry('Ask <@ben> or <@d%C3%B6rte%20k> about <#tickets/t-42>'))).toEqual([
      'ask',
      'ben',
      'or',
      'dorte',
      'k',
      'about',
      'tickets',
      't',
      '42',
    ]);
    expect(searchedWords(entry('<@50%>'))).toEqual(['50']);
    const attachments = [{ id: 'f', name: 'Probedruck Müller.pdf', type: 'application/pdf', size: 1 }];
    expect(searchedWords(entry('See', { attachments }))).toEqual(['see', 'probedruck', 'muller.pdf']);
  });

  it('is nothing when it is deleted, or when the server has noted it', () => {
    expect(searchedWords(entry('gone', { deletedAt: '2026-01-01T00:00:00.000Z' }))).toEqual([]);
    expect(searchedWords(entry('Ann has joined', { system: { type: 'joined', user: 'ann', by: 'ann' } }))).toEqual([]);
  });
});
