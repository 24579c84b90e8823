import { cpus, loadavg } from 'node:os';
import { median } from './measure/latencies.ts';
import type { ProfiledFunction } from './measure/profile.ts';
import { comparedMetrics, metrics, type MetricName, type Sample } from './scenarios/sample.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Target, TargetName } from './targets/targets.ts';

/** All runs of one scenario: by target, one sample a round (null: it failed). */
export type ScenarioSamples = ReadonlyMap<TargetName, readonly (Sample | null)[]>;

export interface Row {
  readonly target: TargetName;
  readonly medians: Partial<Record<MetricName, number>>;
  /** Medians of the rounds' ratios to the scenario's yardstick in the same round. */
  readonly ratios: Partial<Record<MetricName, number>>;
  readonly problems: readonly string[];
}

export function summarize({ yardstick }: Scenario, samples: ScenarioSamples): Row[] {
  const reference = samples.get(yardstick);
  return [...samples].map(([target, rounds]) => {
    const medians: Partial<Record<MetricName, number>> = {};
    const ratios: Partial<Record<MetricName, number>> = {};
    for (const metric of Object.keys(metrics) as MetricName[]) {
      const value = median(rounds.flatMap((sample) => sample?.[metric] ?? []));
      if (value !== null) medians[metric] = value;
      if (target === yardstick || !comparedMetrics.includes(metric)) continue;
      const ratio = median(rounds.flatMap((sample, i) => quotient(sample?.[metric], reference?.[i]?.[metric])));
      if (ratio !== null) ratios[metric] = ratio;
    }
    const problems = [...new Set(rounds.flatMap((sample) => sample?.problems ?? ['a run failed']))];
    return { target, medians, ratios, problems };
  });
}

function quotient(value: number | undefined, by: number | undefined): number[] {
  return value === undefined || by === undefined || by === 0 ? [] : [value / by];
}

export function printHeader(targets: readonly Target[]): void {
  const cores = cpus();
  console.log(
    `${cores.length} × ${cores[0]?.model ?? 'unknown CPU'}, ${process.platform}, Node ${process.version}; load average ${loadavg()[0]!.toFixed(1)} before the start`,
  );
  for (const { name, title } of targets) console.log(`  ${name.padEnd(20)} ${title}`);
}

export function printScenario(scenario: Scenario, rows: readonly Row[], rounds: number): void {
  console.log(`\n${scenario.name}: ${scenario.title} (medians of ${rounds})`);
  const shown = (Object.keys(metrics) as MetricName[]).filter((metric) => rows.some((row) => metric in row.medians));
  const table = [
    ['', ...shown.map((metric) => metrics[metric].title)],
    ...rows.map((row) => [row.target, ...shown.map((metric) => format(row, metric))]),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  for (const line of table) {
    console.log(`  ${line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`);
  }
  for (const { target, problems } of rows) for (const problem of problems) console.log(`  ! ${target}: ${problem}`);
}

function format(row: Row, metric: MetricName): string {
  const value = row.medians[metric];
  if (value === undefined) return '–';
  const ratio = row.ratios[metric];
  return value.toFixed(metrics[metric].digits) + (ratio === undefined ? '' : ` (${ratio.toFixed(2)}×)`);
}

export function printProfile(target: TargetName, functions: readonly ProfiledFunction[]): void {
  console.log(`  ${target}: self time, as a share of the main thread's busy time`);
  for (const { name, place, share } of functions) {
    console.log(`  ${(share * 100).toFixed(1).padStart(6)} %  ${name}  ${place}`);
  }
}
