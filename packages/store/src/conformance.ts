import { describe, it } from 'vitest';
import { commitChecks } from './conformance/commits.ts';
import { failureChecks } from './conformance/failure.ts';
import type { ConformanceCheck, StoreHarness } from './conformance/harness.ts';
import { lockChecks } from './conformance/locks.ts';
import { numberChecks } from './conformance/numbers.ts';
import { readChecks } from './conformance/reads.ts';
import { stateChecks } from './conformance/states.ts';

export type { ConformanceCheck, StoreHarness } from './conformance/harness.ts';

/** All that a store must do, as checks that can also be run one by one. */
export const conformanceChecks: readonly ConformanceCheck[] = [
  ...commitChecks,
  ...numberChecks,
  ...readChecks,
  ...lockChecks,
  ...failureChecks,
  ...stateChecks,
];

/** Registers the suite with vitest. `open` makes a new, empty store for each check. */
export function storeConformance(name: string, open: () => Promise<StoreHarness>): void {
  describe(`store conformance: ${name}`, () => {
    it.for(conformanceChecks.map((check) => [check.name, check] as const))('%s', async ([, check]) => {
      const harness = await open();
      try {
        await check.run(harness);
      } finally {
        await harness.cleanup();
      }
    });
  });
}
