import { ConcordError } from '@concord/protocol';
import type { Secret } from './signature.ts';

/** Where an account's events are sent to, as it is kept. */
export interface Endpoint {
  readonly account: string;
  readonly id: string;
  readonly url: string;
  /** For people. */
  readonly name: string;
  /** Types that it gets: `tickets.update`, `tickets.*`, `rooms.messages.create`, `webhook.*`. Null: every change. */
  readonly events: readonly string[] | null;
  /** As in the feed: `tickets`, `tickets:create,update`, `rooms.messages`. Null: all that it may read. */
  readonly collections: readonly string[] | null;
  readonly filter: string | null;
  /** What each delivery carries beside its own headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it may read is decided by these (F5). */
  readonly roles: readonly string[];
  /** The newest first. */
  readonly secrets: readonly Secret[];
  /** Why nothing is sent, while that is so. */
  readonly disabled?: Disabled;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  /** When it was enabled, or its URL set: what failed before is tried again at once. */
  readonly freshAt: string;
  /** It is being erased. */
  readonly deleted?: true;
}

/** `manual`: somebody has said so. `gone`: its receiver answered 410. `failing`: nothing was taken for five days. */
export interface Disabled {
  readonly reason: 'manual' | 'gone' | 'failing';
  readonly since: string;
}

/** How far an endpoint has come: its place in the feed moves in the commit that queues what lies before it. */
export interface Progress {
  /** Events up to this number are queued, or not for it. */
  seq: number;
  /** What it could see by then (F6). */
  digest: string;
  /** The first and the last of the attempts that have failed in a row, in milliseconds since the epoch. */
  failingSince?: number;
  failedAt?: number;
}

/** A stretch of the feed that is to be sent again. */
export interface Replay {
  after: number;
  readonly through: number;
}

export function encode(row: object): Uint8Array {
  return Buffer.from(JSON.stringify(row));
}

/** @throws `damaged` */
export function decode<Row>(bytes: Uint8Array): Row {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Row;
  } catch (cause) {
    throw new ConcordError('damaged', { cause });
  }
}
