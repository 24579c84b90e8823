import { expect, it } from 'vitest';
import { createLedger, type Edit } from './ledger.ts';

const edit = (key?: number): Edit => ({ key });

it('settles the edits of the oldest message with each ack', () => {
  const ledger = createLedger();
  const [a, b, c] = [edit(1), edit(2), edit(3)];
  ledger.add(a);
  ledger.add(b);
  ledger.sent();
  ledger.add(c);
  ledger.sent(c);
  expect(ledger.acked(true)).toEqual([a, b]);
  expect(ledger.size).toBe(1);
  expect(ledger.acked(true)).toEqual([c]);
  expect(ledger.size).toBe(0);
});

it('counts what was under way as unsent when the connection is lost', () => {
  const ledger = createLedger();
  const a = edit();
  ledger.add(a);
  ledger.sent(a);
  ledger.lost();
  expect(ledger.acked(true)).toEqual([]);
  expect(ledger.size).toBe(1);
});

it('does not count an edit twice that is taken up from the storage again', () => {
  const ledger = createLedger();
  expect(ledger.add(edit(7))).toBe(true);
  expect(ledger.add(edit(7))).toBe(false);
  expect(ledger.size).toBe(1);
});

it('keeps what the server does not take, and settles what comes behind it', () => {
  const ledger = createLedger();
  const [a, b] = [edit(1), edit(2)];
  for (const one of [a, b]) {
    ledger.add(one);
    ledger.sent(one);
  }
  expect(ledger.acked(false)).toEqual([]);
  expect(ledger.acked(true)).toEqual([b]);
  expect(ledger.has(a)).toBe(true);
});
