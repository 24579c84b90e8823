import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCursors } from './cursor.ts';

const key = randomBytes(32);
const digest = 'abcdefghij_-';
const cursors = createCursors({ epoch: 'epoch001', key });
const invalid = expect.objectContaining({ code: 'invalid_cursor' });

function refusal(account: string, cursor: string): unknown {
  try {
    return cursors.parse(account, cursor);
  } catch (error) {
    return error;
  }
}

describe('a cursor', () => {
  it('comes back as it went out, by any process that has the key', () => {
    const elsewhere = createCursors({ epoch: 'epoch002', key });
    for (const seq of [0, 1, 255, 2 ** 32, 2 ** 48 - 1]) {
      expect(elsewhere.parse('acme', cursors.format('acme', seq, digest))).toEqual({ seq, epoch: 'epoch001', digest });
    }
    expect(cursors.format('acme', 7, digest)).toBe(createCursors({ epoch: 'epoch001', key }).format('acme', 7, digest));
  });

  it('[F6] is refused alike when it is made up, damaged or another account’s', () => {
    const good = cursors.format('acme', 7, digest);
    expect(refusal('acme2', good)).toEqual(invalid);
    expect(refusal('acm', good)).toEqual(invalid);
    for (const made of [
      '',
      '0',
      'x',
      good.slice(1),
      `${good}A`,
      `${good}=`,
      'A'.repeat(44),
      '\0'.repeat(44),
      '文'.repeat(44),
      'A'.repeat(10_000),
    ]) {
      expect(refusal('acme', made)).toEqual(invalid);
    }
    for (let i = 0; i < good.length; i++) {
      const other = good[i] === 'A' ? 'B' : 'A';
      expect(refusal('acme', good.slice(0, i) + other + good.slice(i + 1))).toEqual(invalid);
    }
    expect((refusal('acme2', good) as Error).message).toBe((refusal('acme', 'A'.repeat(44)) as Error).message);
  });
});
