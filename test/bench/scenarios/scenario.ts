import type { Target, TargetName } from '../targets/targets.ts';
import type { Measured } from './sample.ts';

export interface RunOptions {
  readonly measureMs: number;
  readonly warmUpMs: number;
  readonly profileFile: string | null;
  /** An empty folder for this run, removed after it. */
  readonly dataDir: string;
}

export interface Scenario {
  readonly name: string;
  /** Scenarios of a group are run together: `--scenario one-doc` runs `one-doc-1` … `one-doc-200`. */
  readonly group: string;
  readonly title: string;
  /** What the others are compared with. */
  readonly yardstick: TargetName;
  supports(target: Target): boolean;
  run(target: Target, options: RunOptions): Promise<Measured>;
}
