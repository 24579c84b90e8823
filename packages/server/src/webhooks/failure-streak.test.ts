import { describe, expect, it } from 'vitest';
import type { Progress } from './endpoint.ts';
import { noteFailure, noteSuccess } from './failure-streak.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const fresh = (): Progress => ({ seq: 0, digest: '' });

describe('an endpoint', () => {
  it('that takes nothing for five days is without hope', () => {
    const progress = fresh();
    for (let at = 0; at < 5 * dayMs; at += 10 * hourMs) expect(noteFailure(progress, at)).toBe(false);
    expect(noteFailure(progress, 5 * dayMs)).toBe(true);
  });

  it('that takes something in between begins anew', () => {
    const progress = fresh();
    noteFailure(progress, 0);
    noteFailure(progress, 2 * dayMs);
    noteFailure(progress, 4 * dayMs);
    expect([noteSuccess(progress), noteSuccess(progress)]).toEqual([true, false]);
    expect(progress).toEqual(fresh());
    expect(noteFailure(progress, 5 * dayMs)).toBe(false);
  });

  it('to which nothing was sent for days begins anew', () => {
    const progress = fresh();
    noteFailure(progress, 0);
    expect(noteFailure(progress, 6 * dayMs)).toBe(false);
    expect(progress.failingSince).toBe(6 * dayMs);
  });
});
