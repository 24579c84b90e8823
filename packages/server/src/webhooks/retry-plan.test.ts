import { describe, expect, it } from 'vitest';
import { delayAfter, readRetryAfter, retryDelaysMs } from './retry-plan.ts';

describe('what failed', () => {
  it('is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, and then no more', () => {
    const minutes = retryDelaysMs.map((_, index) => (delayAfter({ attempts: index + 1 }, 0) ?? 0) / 60_000);
    expect(minutes).toEqual([5 / 60, 5, 30, 120, 300, 600, 600]);
    expect(delayAfter({ attempts: 8 }, 0)).toBeUndefined();
  });

  it('is put off by up to a tenth at random', () => {
    expect(delayAfter({ attempts: 1 }, 0.5)).toBe(5250);
    expect(delayAfter({ attempts: 1 }, 0.999)).toBeLessThan(5501);
  });

  it('waits for as long as its receiver asks, and never less than planned', () => {
    expect(delayAfter({ attempts: 1, retryAfterMs: 120_000 }, 0)).toBe(120_000);
    expect(delayAfter({ attempts: 3, retryAfterMs: 1000 }, 0)).toBe(30 * 60_000);
    expect(delayAfter({ attempts: 8, retryAfterMs: 1000 }, 0)).toBeUndefined();
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  it.each([
    ['120', 120_000],
    [' 7 ', 7000],
    ['0', 0],
    ['Sat, 21 Nov 2026 10:05:00 GMT', 300_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['999999999', 24 * 3_600_000],
    ['soon', undefined],
    ['', undefined],
    ['-5', undefined],
    [undefined, undefined],
  ])('%s is understood', (text, ms) => {
    expect(readRetryAfter(text, now)).toBe(ms);
  });
});
