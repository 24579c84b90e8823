/** `npm run check`: everything that judges the code without running it. */
import path from 'node:path';

import { Failure, runQuiet } from './child.mjs';
import { root, say, toolEnvironment } from './place.mjs';

const checks = {
  types: ['turbo', 'run', 'typecheck', '--continue=always', '--output-logs=errors-only'],
  lint: ['oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  unused: ['knip', '--no-progress', '--no-config-hints'],
  size: ['node', 'scripts/bundle-sizes.mjs'],
};

/** Runs all checks, or those named, and reports on each. Resolves with the exit code. */
export async function runChecks(names = []) {
  const unknown = names.filter((name) => !Object.hasOwn(checks, name));
  if (unknown.length > 0)
    throw new Failure(`no such check: ${unknown.join(', ')}. There are ${Object.keys(checks).join(', ')}.`, 2);

  const env = await toolEnvironment();
  const failed = [];
  for (const [name, [tool, ...args]] of Object.entries(checks)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const startedAt = Date.now();
    try {
      const printed = await runQuiet(path.join(root, 'node_modules/.bin', tool), args, { cwd: root, env });
      if (name === 'size') for (const line of printed.trim().split('\n')) say(line);
      say(`${name}: passed (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
    } catch (error) {
      if (!(error instanceof Failure) || error.exitCode > 128) throw error;
      say(`${name}: failed. ${error.message}`);
      failed.push(name);
    }
  }
  if (failed.length > 0) say(`check failed: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}
