import { availableParallelism } from 'node:os';

import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

type ProjectConfig = NonNullable<TestProjectInlineConfiguration['test']>;

const seconds = 1_000;
const globalSetup = 'test/kit/seed-demo.ts';
// How often the crash suite kills the server: a few times with every `npm test`, 50 with `npm run test:crash`.
const crashKills = Number(process.env.CONCORD_CRASH_KILLS || 3);

/** The tests that cross packages, in `test/<name>`. */
function crossing(name: string, timeoutMs: number, more: ProjectConfig = {}): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      ...more,
    },
  };
}

export default defineConfig({
  test: {
    pool: 'forks',
    // Tests mostly wait for servers, browsers and disks of their own: a machine with two cores runs four files at a time.
    maxWorkers: Math.max(4, availableParallelism()),
    // One process runs many files, and loads what they test once.
    isolate: false,
    // No test may lean on the one before it. The seed is printed; `--sequence.seed` repeats an order.
    sequence: { shuffle: { files: true, tests: true } },
    // A flaky test is a bug, in the test or in the product.
    retry: 0,
    env: { CONCORD_CRASH_KILLS: String(crashKills) },
    // How long a condition may take before a test gives up on it, however busy the machine is. Nothing is measured by it.
    expect: { poll: { timeout: 20 * seconds } },
    teardownTimeout: 15 * seconds,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            '{packages,apps}/*/src/**/*.test.{ts,tsx}',
            'scripts/**/*.test.{ts,mjs}',
            'test/{house,kit,bench}/**/*.test.ts',
          ],
          testTimeout: 60 * seconds,
          hookTimeout: 60 * seconds,
        },
      },
      crossing('integration', 60 * seconds, { globalSetup }),
      crossing('fuzz', 120 * seconds),
      crossing('crash', (60 + 15 * crashKills) * seconds),
      crossing('e2e', 90 * seconds, { globalSetup }),
    ],
  },
});
