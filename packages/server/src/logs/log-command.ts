import type { LogAction } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { LogTurn } from './log-turn.ts';

/** Who carries out a command, as the record is at that moment. */
export interface Asker {
  readonly user: string;
  readonly name: string;
  may(action: LogAction): boolean;
}

/** Something that is to be done with a log. */
export interface LogCommand<T> {
  /** Ids of the entries that it looks at or changes. Those that began their threads come along. */
  readonly ids: readonly string[];
  /** Beside who asks: who has written what it adds, or is mentioned from then on. */
  readonly users?: readonly string[];
  /** How many entries it may add. */
  readonly adds: number;
  /** What it reads in `prepare` has to be as it was by then: it shares its commit with no other. */
  readonly isAlone?: true;
  /** Under the record's lock: reads what else it needs. */
  readonly prepare?: () => Promise<void>;
  /** Within the commit's build. Throws the `ConcordError` that refuses it, and then has changed nothing. */
  readonly carryOut: (turn: LogTurn, asker: Asker) => T;
}

/** A command by somebody; by the server itself where there is no principal. */
export interface AskedCommand<T> extends LogCommand<T> {
  readonly principal: Principal | undefined;
}
