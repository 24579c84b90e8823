import type { Told } from './copy.ts';

/** A way in which a client hears of changes. */
export type Transport = 'poll' | 'longpoll' | 'sse' | 'websocket' | 'webhook';

/** One of the fifty. It can be told to another process. */
export interface ClientSpec {
  readonly name: string;
  readonly seed: number;
  /** It begins with the first, and goes from one to another with its cursor. */
  readonly transports: readonly Transport[];
  readonly user: string;
  /** It has them in turns; with each turn it is reset (F6). */
  readonly roles: readonly (readonly string[])[];
  /** The one collection that it follows. */
  readonly collection?: string;
  readonly filter?: string;
  /** The collections of which it is told. */
  readonly sees: readonly string[];
  /** Whether it begins with the records that there are, not with the first event there was. */
  readonly snapshot: boolean;
}

/** What a client says of itself when all is over. */
export interface Report {
  readonly spec: ClientSpec;
  readonly roles: readonly string[];
  readonly records: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly told: ReadonlyMap<string, Told>;
  readonly wrong: readonly string[];
  readonly repeats: number;
  readonly resets: number;
  /** How often it has begun anew with the transports. */
  readonly connections: number;
  /** Where it has been. */
  readonly used: readonly Transport[];
  /** Whether it has heard all there was to be heard. */
  readonly isDone: boolean;
}

/** The last record of each collection; every filter matches it, and everybody sees it. */
export const lastRecord = 'the-end';
