import { expect, it } from 'vitest';
import { ManualClock } from '../feed/testing/manual-clock.ts';
import { Throttle, type Strain } from './throttle.ts';

const taken: Strain = { status: 204, isAccepted: true, timedOut: false, retryAfterMs: undefined };
const refused = (status: number, retryAfterMs?: number): Strain => ({ status, isAccepted: false, timedOut: false, retryAfterMs });
const late: Strain = { status: undefined, isAccepted: false, timedOut: true, retryAfterMs: undefined };

it('sends less at a time to a receiver that cannot keep up, and more again when it can', () => {
  const throttle = new Throttle(new ManualClock(), 8, () => undefined);
  const rooms = [late, refused(502), refused(504), refused(500), taken, taken].map((strain) => {
    throttle.adjust(strain);
    return throttle.room;
  });
  expect(rooms).toEqual([4, 2, 2, 2, 3, 4]);
  for (let more = 0; more < 10; more++) throttle.adjust(taken);
  expect(throttle.room).toBe(8);
});

it('begins nothing after 429 until its time is over, or five seconds', () => {
  const clock = new ManualClock();
  let opened = 0;
  const throttle = new Throttle(clock, 8, () => opened++);
  throttle.adjust(refused(429, 60_000));
  expect(throttle.room).toBe(0);
  // What was under way meanwhile changes nothing.
  throttle.adjust(taken);
  clock.advance(59_999);
  expect([throttle.room, opened]).toEqual([0, 0]);
  clock.advance(1);
  expect([throttle.room, opened]).toEqual([5, 1]);
  throttle.adjust(refused(429));
  clock.advance(5_000);
  expect([throttle.room, opened]).toEqual([2, 2]);
});

it('stays closed until somebody opens it', () => {
  const clock = new ManualClock();
  const throttle = new Throttle(clock, 8, () => undefined);
  throttle.adjust(refused(429, 1000));
  throttle.close();
  clock.advance(10_000);
  expect(throttle.room).toBe(0);
  throttle.open();
  expect(throttle.room).toBe(4);
});
