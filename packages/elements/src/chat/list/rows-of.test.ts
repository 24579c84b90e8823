import type { ShownEntry } from '@concord/client';
import { expect, it } from 'vitest';
import { rowsOf } from './rows-of.ts';

const entry = (seq: number, at: string, author = 'bob', more: Partial<ShownEntry> = {}): ShownEntry => ({
  id: `e${seq}`,
  seq,
  version: 1,
  author,
  authorName: author,
  at: new Date(at).toISOString(),
  text: 'x',
  delivery: 'sent',
  isMine: author === 'ada',
  ...more,
});

it('marks each day once, and joins what somebody says in one go', () => {
  const rows = rowsOf(
    [
      entry(1, '2026-03-02T10:00'),
      entry(2, '2026-03-02T10:04'),
      entry(3, '2026-03-02T10:05', 'ada'),
      entry(4, '2026-03-02T10:06'),
      entry(5, '2026-03-02T10:12'),
      entry(6, '2026-03-03T09:00'),
    ],
    undefined,
  );
  expect(rows.map(({ day }) => day)).toEqual(['2026-03-02', undefined, undefined, undefined, undefined, '2026-03-03']);
  expect(rows.map(({ isContinued }) => isContinued)).toEqual([false, true, false, false, false, false]);
});

it('draws one line above the first that is new, which is not one’s own', () => {
  const rows = rowsOf(
    [
      entry(1, '2026-03-02T10:00'),
      entry(2, '2026-03-02T10:01', 'ada'),
      entry(4, '2026-03-02T10:02'),
      entry(5, '2026-03-02T10:03'),
    ],
    2,
  );
  expect(rows.map(({ isFirstUnread }) => isFirstUnread)).toEqual([false, false, true, false]);
});

it('lets what was deleted, pinned or noted stand by itself', () => {
  const rows = rowsOf(
    [
      entry(1, '2026-03-02T10:00'),
      entry(2, '2026-03-02T10:00', 'bob', { deletedAt: '2026-03-02T10:01:00.000Z', text: '' }),
      entry(3, '2026-03-02T10:00'),
    ],
    undefined,
  );
  expect(rows.map(({ isContinued }) => isContinued)).toEqual([false, false, false]);
});
