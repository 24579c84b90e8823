import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { lastingPort } from '../kit/lasting-port.ts';
import { startRoughProxy } from '../kit/rough-proxy.ts';
import { startProcess, verifyFolder } from '../kit/server-process.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { until } from '../kit/until.ts';
import { createRandom } from './load/random.ts';
import { findProblems } from './reconciliation/find-problems.ts';
import type { Report } from './reconciliation/client-spec.ts';
import { startCrowd } from './reconciliation/crowd.ts';
import { createLoad } from './reconciliation/load.ts';
import { population } from './reconciliation/population.ts';
import { startCrowdProcess } from './reconciliation/start-crowd-process.ts';

const config = join(import.meta.dirname, 'reconciliation/concord.config.ts');
/** Half as many as others, as fifty clients keep a machine busy. */
const kills = Math.ceil(Number(process.env['CONCORD_CRASH_KILLS'] ?? 5) / 2);
/** So much is written between two kills, at least; then the moment is chosen at random. */
const minWritten = 45;
const maxDelayMs = 500;
/** Between one disturbance and the next. */
const maxQuietMs = 200;
const maxSuspendedMs = 600;
/** Who does not know all by then never will. */
const maxSettlingMs = 30_000;

it(`[F1] [F2] [F3] [F5] fifty clients that are cut off at random end with what the server lists, through ${kills} kills`, async () => {
  const random = createRandom('fifty clients');
  const folder = await temporaryFolder();
  // The receivers of webhooks are on this machine.
  const options = { folder, config, port: await lastingPort(), env: { CONCORD_WEBHOOKS_ALLOW_PRIVATE: '1' } };
  let server = await startProcess(options);
  const proxy = await startRoughProxy({ to: server.port, random, roughness: 0.4 });
  const world = { url: `http://127.0.0.1:${proxy.port}`, directUrl: server.url };
  const load = createLoad(random);
  await load.begin(server);
  let isOver = false;

  const specs = population(random);
  const inProcesses = [specs.filter((_, index) => index % 5 === 1), specs.filter((_, index) => index % 5 === 3)];
  const processes = inProcesses.map((some) => startCrowdProcess(some, world, random.below(2 ** 31)));
  const here = specs.filter((_, index) => index % 5 !== 1 && index % 5 !== 3);
  const crowds = [await startCrowd(here, world, random.below(2 ** 31)), ...processes];

  async function disturb(): Promise<void> {
    while (!isOver) {
      await after(random.below(maxQuietMs));
      if (random.chance(0.5)) proxy.cut(0.2);
      else await suspend();
    }
  }

  async function suspend(): Promise<void> {
    const one = random.pick(processes);
    one.suspend();
    await after(random.below(maxSuspendedMs));
    one.resume();
  }

  const disturbing = disturb();
  for (let kill = 0; kill <= kills; kill++) {
    let ended = false;
    const before = load.written;
    const writing = load.write(server, () => ended);
    const failed = writing.then(() => Promise.reject(new Error('Everybody has left.')));
    await Promise.race([failed, until('enough to be written', () => load.written - before >= minWritten)]);
    await Promise.race([failed, after(random.below(maxDelayMs))]);
    failed.catch(() => undefined);
    ended = true;
    if (kill < kills) await server.kill();
    await writing;
    if (kill < kills) server = await startProcess(options);
  }
  isOver = true;
  await disturbing;
  proxy.calm();
  await load.finish(server);
  // From now on nothing happens any more: each finds out by itself that it knows all.
  const settled = Promise.all(crowds.map((crowd) => crowd.settle()));
  await Promise.race([settled, after(maxSettlingMs, undefined, { ref: false })]);
  const all = (await Promise.all(crowds.map((crowd) => crowd.report()))).flat();
  expect(await findProblems(server, all)).toEqual([]);

  for (const crowd of crowds) await crowd.close();
  await proxy.close();
  expect(await server.terminate()).toMatchObject({ code: 0 });
  expect(await verifyFolder(folder, config)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/: no problems\n$/) as string,
  });
  const sum = (of: (report: Report) => number): number => all.reduce((total, report) => total + of(report), 0);
  console.log(
    `${load.written} writes, ${kills} kills, ${proxy.cuts} cuts; ${sum(({ told }) => told.size)} events told, ${sum(({ repeats }) => repeats)} of them again, ${sum(({ connections }) => connections)} connections, ${sum(({ resets }) => resets)} resets`,
  );
});
