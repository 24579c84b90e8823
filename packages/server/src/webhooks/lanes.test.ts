import { expect, it } from 'vitest';
import { ManualClock } from '../feed/testing/manual-clock.ts';
import { Lanes } from './lanes.ts';

function open(): { readonly lanes: Lanes; readonly clock: ManualClock; due(): number } {
  const clock = new ManualClock();
  let due = 0;
  return { clock, lanes: new Lanes(clock, () => due++), due: () => due };
}

it('gives out the first of each lane, and the next once that is over', () => {
  const { lanes } = open();
  lanes.add(1, 'a');
  lanes.add(2, 'a');
  lanes.add(3, 'b');
  const [first, other] = [lanes.take(), lanes.take()];
  expect([first?.delivery, other?.delivery, lanes.take()]).toEqual([1, 3, undefined]);
  if (first === undefined) return;
  lanes.apply(first.lane, 'accepted');
  expect(lanes.take()?.delivery).toBe(2);
  expect(lanes.size).toBe(2);
});

it('lets a lane wait whose first has failed, and counts what waits behind it', () => {
  const { lanes, clock, due } = open();
  lanes.add(1, 'a');
  lanes.add(2, 'a');
  lanes.add(3, 'b');
  const first = lanes.take();
  if (first === undefined) return;
  lanes.apply(first.lane, 'refused', 100);
  expect(lanes.add(4, 'a')).toBe(false);
  expect([lanes.size, lanes.movable]).toEqual([4, 1]);
  expect([lanes.take()?.delivery, lanes.take()]).toEqual([3, undefined]);
  clock.advance(100);
  expect([due(), lanes.movable]).toEqual([1, 4]);
  expect(lanes.take()?.delivery).toBe(1);
});

it('takes up what failed before, and lets all go at once when told to', () => {
  const { lanes, clock } = open();
  expect([lanes.add(1, 'a', 100), lanes.add(2, 'b', -1), lanes.add(3, 'c', 1000)]).toEqual([false, true, false]);
  expect([lanes.take()?.delivery, lanes.take()]).toEqual([2, undefined]);
  lanes.release();
  expect([lanes.take()?.delivery, lanes.take()?.delivery]).toEqual([1, 3]);
  clock.advance(5000);
  expect(lanes.take()).toBeUndefined();
});

it('keeps the order of a long lane, of which it forgets what is over', () => {
  const { lanes } = open();
  for (let delivery = 1; delivery <= 5000; delivery++) lanes.add(delivery, 'a');
  const seen: number[] = [];
  for (let turn = lanes.take(); turn !== undefined; turn = lanes.take()) {
    seen.push(turn.delivery);
    expect(turn.lane.deliveries.length).toBeLessThanOrEqual(5000);
    lanes.apply(turn.lane, 'accepted');
  }
  expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
  expect(lanes.size).toBe(0);
});
