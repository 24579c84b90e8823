/**
 * The way in: `npm start`, `npm test` and `npm run check` on a machine that has Node 20, npm and git, and
 * nothing else. Plain JavaScript without dependencies, because it runs before anything is installed.
 *
 * Each command first sees to the dependencies (see install.mjs), then hands over to Node 24, which is one
 * of them. Arguments behind `--` go to the server, to vitest, or name the checks to run.
 *
 * The scripts in package.json say `exec`, so that this process takes the shell's place: npm sends a signal
 * to its child only, and a shell would die of it without a word to anybody.
 */
import { cp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { runChecks } from './checks.mjs';
import { runForeground, runQuiet, Failure } from './child.mjs';
import { ensureInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { node24, root, say, toolEnvironment } from './place.mjs';

const commands = { start, concord, test, 'test:crash': testCrash, check, build, bench };

/** Builds the workspace app and the examples, then serves them with the demo data. */
async function start(args) {
  await build();
  return runCli(['serve', '--demo', '--web', path.join(root, 'apps/workspace/dist'), ...args]);
}

/** Any command of the command line, in the same folders as `start`. */
async function concord(args) {
  await prepare();
  return runCli(args);
}

function runCli(args) {
  const env = { ...process.env };
  env.CONCORD_DATA ||= path.join(root, '.concord/data');
  env.CONCORD_CONFIG ||= path.join(root, 'apps/workspace/concord.config.ts');
  // Relative paths are meant from where the command was typed; npm has changed to the root of the repository.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  return runForeground(node24, [path.join(root, 'packages/server/src/cli/main.ts'), ...args], { cwd, env });
}

async function test(args) {
  // Only the tests in a browser need what a build makes.
  const projects = args.flatMap((argument, i) =>
    argument === '--project' ? [args[i + 1]] : (argument.match(/^--project=(.*)/) ?? []).slice(1),
  );
  await (projects.length === 0 || projects.includes('e2e') ? build() : prepare());
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  return runForeground(node24, [vitest, 'run', ...args], { cwd: root, env: await toolEnvironment() });
}

async function testCrash(args) {
  process.env.CONCORD_CRASH_KILLS ??= '50';
  return test(['--project', 'crash', ...args]);
}

async function bench(args) {
  await prepare();
  return runForeground(node24, [path.join(root, 'test/bench/run.ts'), ...args], { cwd: root });
}

async function check(names) {
  await prepare();
  return runChecks(names);
}

async function prepare() {
  await withLock(ensureInstalled);
}

async function build() {
  await withLock(async () => {
    await ensureInstalled();
    say('building…');
    const turbo = path.join(root, 'node_modules/.bin/turbo');
    const args = ['run', 'build', '--output-logs=errors-only', `--concurrency=${availableParallelism()}`];
    await runQuiet(turbo, args, { cwd: root, env: await toolEnvironment() });
    // One folder is served. The workspace's build has emptied it, or turbo has put it back as it was.
    const examples = path.join(root, 'apps/workspace/dist/examples');
    await rm(examples, { recursive: true, force: true });
    await cp(path.join(root, 'apps/examples/dist'), examples, { recursive: true });
  });
  return 0;
}

const [name, ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
if (Number(process.versions.node.split('.')[0]) < 20) {
  say(`Node 20 or later is needed; this is ${process.version}.`);
  process.exitCode = 1;
} else if (command === undefined) {
  say(`usage: node scripts/run.mjs ${Object.keys(commands).join('|')} [arguments]`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await command(args);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(error.message);
    process.exitCode = error.exitCode;
  }
}
