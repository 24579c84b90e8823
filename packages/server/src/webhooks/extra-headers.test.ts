import { describe, expect, it } from 'vitest';
import { checkExtraHeaders } from './extra-headers.ts';

describe('extra headers', () => {
  it('are kept by their lower-case names', () => {
    expect(checkExtraHeaders({ Authorization: 'Bearer x y', 'X-Tenant': '7', empty: '' })).toEqual({
      authorization: 'Bearer x y',
      'x-tenant': '7',
      empty: '',
    });
  });

  it.each([
    { host: 'evil' },
    { 'Content-Length': '1' },
    { 'transfer-encoding': 'chunked' },
    { Connection: 'close' },
    { 'webhook-id': 'mine' },
    { 'Webhook-Signature': 'v1,mine' },
    { 'user-agent': 'mine' },
    { 'x y': '1' },
    { 'x:': '1' },
    { '': '1' },
    { 'x-a': 'a\r\nhost: evil' },
    { 'x-a': 'a\0' },
    { 'x-a': ' a' },
    { 'x-a': 'é' },
    { 'x-a': 7 },
    { 'x-a': 'a'.repeat(5000) },
    { 'x-a': '1', 'X-A': '2' },
    Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`x-${index}`, '1'])),
    ['x'],
    'x: 1',
    null,
  ])('%j are refused', (headers) => {
    expect(() => checkExtraHeaders(headers)).toThrow(expect.objectContaining({ code: 'bad_request', field: 'headers' }) as Error);
  });
});
