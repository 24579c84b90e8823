import { expect, it } from 'vitest';
import { codeOf, codeOfClose, recourseOf } from './refusal.ts';

it('knows the codes of the table, and nothing else', () => {
  expect(codeOf('record_deleted')).toBe('record_deleted');
  for (const reason of ['', 'Reset Connection', 'toString', '__proto__']) expect(codeOf(reason)).toBeNull();
});

it('reads a close by its reason, then by its code', () => {
  expect(codeOfClose({ code: 4404, reason: 'record_deleted' })).toBe('record_deleted');
  expect(codeOfClose({ code: 4410, reason: '' })).toBe('record_deleted');
  expect(codeOfClose({ code: 1006, reason: '' })).toBeNull();
});

it('ends, signs in again or connects anew', () => {
  expect(recourseOf('not_found')).toBe('end');
  expect(recourseOf('token_expired')).toBe('sign-in');
  expect(recourseOf('shutting_down')).toBe('reconnect');
  expect(recourseOf('commit_unknown')).toBe('reconnect');
  expect(recourseOf(null)).toBe('reconnect');
});
