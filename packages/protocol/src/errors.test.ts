import { expect, it } from 'vitest';
import { ConcordError, errorTable, type ErrorCode, type ErrorEntry } from './errors.ts';

const entries = Object.entries(errorTable) as [ErrorCode, ErrorEntry][];

it.each(entries)('%s: what may be retried on a socket does not use a code that is final for y-websocket', (_code, entry) => {
  const final = entry.close >= 4400 && entry.close < 4500;
  // `reauth` is final on purpose: the same URL, with the same token, would be refused again.
  if (entry.retry === 'backoff') expect(final).toBe(false);
  if (entry.retry === 'never') expect(final).toBe(true);
});

it('makes the body of a refused request', () => {
  const error = new ConcordError('invalid_record', { field: 'lines.3.amount', message: 'must be a number' });
  expect(error.toBody('r1')).toEqual({
    error: { code: 'invalid_record', message: 'must be a number', field: 'lines.3.amount', requestId: 'r1' },
  });
  expect(new ConcordError('not_found').toBody()).toEqual({ error: { code: 'not_found', message: errorTable.not_found.message } });
});

it('keeps its cause, and does not show it', () => {
  const cause = new Error('ENOSPC');
  const error = new ConcordError('commit_unknown', { cause });
  expect(error.cause).toBe(cause);
  expect(JSON.stringify(error.toBody())).not.toContain('ENOSPC');
});
