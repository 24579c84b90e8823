import { expect, it } from 'vitest';
import type { Queued } from './delivery.ts';
import { describeEnd, judgeAttempt, type Ended } from './judge-attempt.ts';

const queued: Queued = { id: 'evt_1', type: 'tickets.create', at: 0, seq: 1 };
const answered = (status: number, retryAfter?: string): Ended => ({
  kind: 'answered',
  status,
  retryAfter,
  body: '',
  truncated: false,
  ms: 1,
});
const failed: Ended = { kind: 'failed', error: 'the connection was refused', timedOut: false, ms: 1 };

it.each([
  [answered(200), 1, 'accepted', 0],
  [answered(299), 8, 'accepted', 0],
  [answered(199), 1, 'refused', 5000],
  [answered(301), 1, 'refused', 5000],
  [answered(400), 2, 'refused', 300_000],
  [answered(404), 1, 'refused', 5000],
  [answered(410), 8, 'gone', 0],
  [answered(429, '60'), 1, 'refused', 60_000],
  [answered(503, '60'), 8, 'exhausted', 0],
  [failed, 7, 'refused', 36_000_000],
  [failed, 8, 'exhausted', 0],
])('%j, at attempt %i, means %s', (outcome, attempts, event, delayMs) => {
  expect(judgeAttempt(outcome, queued, attempts, 0, 0)).toMatchObject({ event, delayMs });
});

it('what is sent once is not sent again', () => {
  expect(judgeAttempt(failed, { ...queued, once: true }, 1, 0, 0).event).toBe('exhausted');
});

it('says why, where the status does not', () => {
  expect(describeEnd(failed)).toEqual({ error: 'the connection was refused' });
  expect(describeEnd(answered(302))).toEqual({ response: { status: 302, body: '' }, error: 'redirects are not followed' });
  expect(describeEnd(answered(500))).toEqual({ response: { status: 500, body: '' } });
});
