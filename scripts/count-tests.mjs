/**
 * `node scripts/count-tests.mjs REPORT EXIT_CODE`: one line, `N passed, N failed[, N skipped]`, from the
 * report of vitest's JSON reporter and vitest's exit code. A test file that could not be loaded counts as a
 * failure, and so does a run that failed outside of its tests: by an unhandled rejection, or without a report.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a report of vitest's adds up to. `report` is undefined when there is none. */
export function countTests(report, exitCode) {
  const files = report?.testResults ?? [];
  const unloaded = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = (report?.numFailedTests ?? 0) + unloaded.length;
  return {
    passed: report?.numPassedTests ?? 0,
    failed: Math.max(failed, exitCode === 0 && report?.success ? 0 : 1),
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , path, exitCode] = process.argv;
  const { passed, failed, skipped } = countTests(readReport(path), Number(exitCode));
  process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}
