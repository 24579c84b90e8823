import { describe, expect, it } from 'vitest';
import { createActivity, maxPollMs, minPollMs } from './activity.ts';
import { createBus } from './bus.ts';
import { ManualClock } from './testing/manual-clock.ts';

describe('the advice to a poller', () => {
  it('is short while things happen, doubles when they do not, and is none while events wait', () => {
    const clock = new ManualClock();
    const bus = createBus();
    const activity = createActivity({ bus, clock });
    bus.announce('acme', 1);
    expect(activity.pollAfterMs('acme', 3)).toBe(0);

    clock.advance(5000);
    const advice: number[] = [];
    for (let i = 0; i < 10; i++) {
      const ms = activity.pollAfterMs('acme', 0);
      advice.push(ms);
      clock.advance(ms);
    }
    expect(advice).toEqual([500, 1000, 2000, 4000, 8000, 16000, maxPollMs, maxPollMs, maxPollMs, maxPollMs]);

    bus.announce('other', 1);
    expect(activity.pollAfterMs('acme', 0)).toBe(maxPollMs);
    bus.announce('acme', 2);
    expect(activity.pollAfterMs('acme', 0)).toBe(minPollMs);
  });
});
