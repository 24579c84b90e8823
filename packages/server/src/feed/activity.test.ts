import { describe, expect, it } from 'vitest';
import { createActivity, maxPollMs, minPollMs } from './activity.ts';
import { createBus } from './bus.ts';
import { ManualClock } from './testing/manual-clock.ts';

describe('the advice to a poller', () => {
  it('is short while things happen, doubles when they do not, and is none while events wait', () => {
    const clock = new ManualClock();
    const bus = createBus();
    const activity = createActivity({ bus, clock });
    expect(activity.pollAfterMs('ann', 3, clock.now())).toBe(0);

    clock.advance(5000);
    const advice: number[] = [];
    for (let i = 0; i < 10; i++) {
      const ms = activity.pollAfterMs('ann', 0);
      advice.push(ms);
      clock.advance(ms);
    }
    expect(advice).toEqual([500, 1000, 2000, 4000, 8000, 16000, maxPollMs, maxPollMs, maxPollMs, maxPollMs]);

    // What somebody else gets, or asks for, says nothing of this one.
    expect(activity.pollAfterMs('ben', 0, clock.now())).toBe(minPollMs);
    expect(activity.pollAfterMs('ann', 0)).toBe(maxPollMs);
    expect(activity.pollAfterMs('ann', 0, clock.now())).toBe(minPollMs);

    // To who asks for everything, whatever happens counts.
    clock.advance(60_000);
    expect(activity.pollAfterMs('ann', 0, undefined, 'acme')).toBe(maxPollMs);
    bus.announce('acme', 1);
    expect(activity.pollAfterMs('ann', 0)).toBe(maxPollMs);
    expect(activity.pollAfterMs('ann', 0, undefined, 'acme')).toBe(minPollMs);
  });

  it('is short for who asks for the first time, unless what it gets is old', () => {
    const clock = new ManualClock();
    const bus = createBus();
    const activity = createActivity({ bus, clock });
    expect(activity.pollAfterMs('ann', 0)).toBe(minPollMs);
    expect(activity.pollAfterMs('ben', 0, clock.now() - 3_600_000)).toBe(maxPollMs);
  });
});
