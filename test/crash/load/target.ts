import type { ServerProcess } from '../../kit/server-process.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

/** What all who put load on a server share, from its start to its end. */
export interface Target {
  readonly server: ServerProcess;
  readonly token: string;
  readonly random: Random;
  readonly ledger: Ledger;
  /** Documents that are written by many. */
  readonly documentNames: readonly string[];
  /** True from the moment the server is killed: nobody begins anything new, and whatever fails fails for that. */
  readonly ended: boolean;
}

/** Something was answered that never may be, killed or not. */
export class BrokenPromise extends Error {}

/** Throws what went wrong, unless the server has been killed: then it is what everybody gets. */
export function expected(target: Target, error: unknown): void {
  if (!target.ended || error instanceof BrokenPromise) throw error;
}
