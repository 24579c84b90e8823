import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from './options.ts';
import { printHeader, printProfile, printScenario, summarize } from './report.ts';
import type { Sample } from './scenarios/sample.ts';
import type { TargetName } from './targets/targets.ts';

const options = readOptions();
const folder = mkdtempSync(join(tmpdir(), 'concord-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

printHeader(options.targets);
if (options.profile) console.log('Under the profiler: the CPU figures are too high, and not to be compared.');
const report: object[] = [];
let runs = 0;
let failed = false;

for (const scenario of options.scenarios) {
  const able = options.targets.filter((target) => scenario.supports(target));
  if (able.length === 0) continue;
  const samples = new Map<TargetName, (Sample | null)[]>(able.map(({ name }) => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    // In turns, so that whatever else the machine does meanwhile meets all of them.
    for (const target of able) {
      const dataDir = join(folder, String(runs++));
      mkdirSync(dataDir);
      try {
        const { sample, profile } = await scenario.run(target, {
          measureMs: options.seconds * 1000,
          warmUpMs: Math.max(1000, options.seconds * 250),
          profileFile: options.profile ? join(folder, `${scenario.name}.${target.name}.cpuprofile`) : null,
          dataDir,
        });
        samples.get(target.name)!.push(sample);
        if (profile !== null) printProfile(target.name, profile);
      } catch (error) {
        failed = true;
        samples.get(target.name)!.push(null);
        console.error(`  ! ${scenario.name}, ${target.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
  const rows = summarize(scenario, samples);
  printScenario(scenario, rows, options.rounds);
  report.push({ scenario: scenario.name, title: scenario.title, rows, samples: Object.fromEntries(samples) });
}

if (options.jsonFile !== null) {
  const { seconds, rounds, profile } = options;
  writeFileSync(
    options.jsonFile,
    JSON.stringify({ node: process.version, seconds, rounds, profile, scenarios: report }, null, 2),
  );
}
if (failed) process.exitCode = 1;
