import { parseArgs } from 'node:util';
import type { Scenario } from './scenarios/scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { targets, type Target } from './targets/targets.ts';

export interface BenchOptions {
  readonly scenarios: readonly Scenario[];
  readonly targets: readonly Target[];
  readonly seconds: number;
  readonly rounds: number;
  readonly jsonFile: string | null;
  readonly profile: boolean;
}

const usage = `pnpm bench [options]
  --scenario NAMES   comma-separated, names or groups; default: all
                     ${scenarios.map(({ name }) => name).join(', ')}
  --targets NAMES    comma-separated; default: all
                     ${targets.map(({ name }) => name).join(', ')}
  --seconds N        measured time of a run, default 4 (and a quarter of it, at least 1 s, to warm up)
  --rounds N         runs of each scenario and target, default 3; the report gives medians
  --json FILE        all samples, as JSON
  --profile          one round under the CPU profiler (targets: concord unless --targets says otherwise)`;

/** Reads the command line; ends the process with the usage where it is not understood. */
export function readOptions(): BenchOptions {
  try {
    const { values } = parseArgs({
      options: {
        scenario: { type: 'string' },
        targets: { type: 'string' },
        seconds: { type: 'string', default: '4' },
        rounds: { type: 'string', default: '3' },
        json: { type: 'string' },
        profile: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return {
      scenarios: pick(values.scenario, scenarios, 'scenario'),
      targets: pick(values.targets ?? (values.profile ? 'concord' : undefined), targets, 'target'),
      seconds: positive(values.seconds, 'seconds'),
      rounds: values.profile ? 1 : Math.round(positive(values.rounds, 'rounds')),
      jsonFile: values.json ?? null,
      profile: values.profile,
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

function pick<T extends { readonly name: string; readonly group?: string }>(
  list: string | undefined,
  all: readonly T[],
  what: string,
): readonly T[] {
  if (list === undefined) return all;
  const wanted = list.split(',');
  for (const name of wanted) {
    if (!all.some((one) => one.name === name || one.group === name)) throw new Error(`There is no ${what} ${name}`);
  }
  return all.filter((one) => wanted.includes(one.name) || (one.group !== undefined && wanted.includes(one.group)));
}

function positive(text: string, what: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${what} must be a number above 0`);
  return value;
}
