import { describe, expect, it } from 'vitest';

import { countTests } from './count-tests.mjs';

const green = { success: true, numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

describe('the last line of a run', () => {
  it('counts what passed, failed and was skipped', () => {
    expect(countTests(green, 0)).toEqual({ passed: 3, failed: 0, skipped: 0 });
    expect(countTests({ ...green, success: false, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }, 1)).toEqual({
      passed: 3,
      failed: 2,
      skipped: 2,
    });
  });

  it('counts a file that could not be loaded', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
    ];
    expect(countTests({ ...green, success: false, numFailedTests: 1, testResults }, 1).failed).toBe(2);
  });

  it('never calls a run green that was not', () => {
    expect(countTests(green, 1).failed).toBe(1);
    expect(countTests({ ...green, success: false }, 0).failed).toBe(1);
    expect(countTests(undefined, 0).failed).toBe(1);
  });
});
