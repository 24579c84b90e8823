import { ConcordError, segmentOf, segmentPart, systemAuthor, type RecordAddress } from '@concord/protocol';
import type { CollectionSchema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Documents } from '../documents/documents.ts';
import type { Part } from '../documents/part.ts';
import type { Publication } from '../records/publication.ts';
import type { Publisher } from '../records/publisher.ts';
import { rowKey, type RecordRow } from '../records/record-row.ts';
import { readable } from '../records/record-write.ts';
import type { LogAddress } from './log-address.ts';
import type { AskedCommand, Asker } from './log-command.ts';
import { writerOf, type LogIndex } from './log-index.ts';
import { logPrefix } from './log-keys.ts';
import { LogTurn, readKnown, type KnownLog } from './log-turn.ts';

export interface CommandQueueOptions {
  readonly store: Store;
  readonly access: Access;
  readonly documents: Documents;
  readonly publisher: Publisher;
  readonly indexes: readonly LogIndex[];
}

/** A command that waits, and what settles its promise. */
interface Waiting {
  readonly command: AskedCommand<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly refusal: ConcordError };

/** How many commands share a commit, at most. */
const maxShared = 100;

/** Of so many logs it is remembered where they ended. */
const maxGuesses = 1_000;

/**
 * Carries out the commands on logs, those on one log in the order in which they come, under its record's lock. What comes
 * while a commit is being written is carried out in the next one together: so a room with many voices is no slower than
 * the disk.
 *
 * Nothing of a log is relied on from one commit to the next: each reads what it needs from the store, so that neither a
 * commit that has failed (J3) nor another process leaves anything wrong here. Where a log ended is remembered as a guess.
 */
export class CommandQueue {
  readonly #options: CommandQueueOptions;
  readonly #queues = new Map<string, Waiting[]>();
  readonly #guesses = new Map<string, number>();

  constructor(options: CommandQueueOptions) {
    this.#options = options;
  }

  /** Resolves with what the command comes to, once that is on disk. */
  submit<T>(collection: CollectionSchema, address: LogAddress, command: AskedCommand<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { command, resolve: resolve as (value: unknown) => void, reject };
      const key = logPrefix(address);
      const queue = this.#queues.get(key);
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      const begun = [waiting];
      this.#queues.set(key, begun);
      // Never rejects: what goes wrong is told to whoever waits for the command.
      void this.#drain(collection, address, begun);
    });
  }

  async #drain(collection: CollectionSchema, address: LogAddress, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      let taken: readonly Waiting[] | undefined;
      try {
        await this.#options.store.lock(rowKey(address), async () => {
          taken = takeNext(queue);
          await this.#carryOut(collection, address, taken);
        });
      } catch (error) {
        for (const { reject } of taken ?? queue.splice(0)) reject(error);
      }
    }
    this.#queues.delete(logPrefix(address));
  }

  #guess(log: string, head: number): void {
    this.#guesses.delete(log);
    this.#guesses.set(log, head);
    const [oldest = ''] = this.#guesses.keys();
    if (this.#guesses.size > maxGuesses) this.#guesses.delete(oldest);
  }

  async #carryOut(collection: CollectionSchema, address: LogAddress, taken: readonly Waiting[]): Promise<void> {
    const { store, access, documents, publisher, indexes } = this.#options;
    for (const { command } of taken) await command.prepare?.();
    const commands = taken.map(({ command }) => command);
    const users = new Set(commands.flatMap(({ principal }) => principal?.user ?? []));
    const isSlow = (collection.logs.get(address.log)?.slowMode ?? null) !== null;
    const ids = new Set(commands.flatMap((command) => command.ids));
    const guess = this.#guesses.get(logPrefix(address)) ?? 0;
    const known = await readKnown(store, address, { ids, users: isSlow ? users : new Set(), guess });

    const parts: Part[] = [];
    try {
      const { account, collection: name, record } = address;
      const place = { account, collection: name, record };
      const taking = async <P extends Part | undefined>(opening: Promise<P>): Promise<P> => {
        const part = await opening;
        if (part !== undefined) parts.push(part);
        return part;
      };
      const segments = new Map<number, Part>();
      for (const segment of segmentsOf(known, commands))
        segments.set(segment, await taking(documents.open({ ...place, part: segmentPart(address.log, segment) })));
      // What is typed into the record is published first. Where nobody has it open, there is no such thing: to read all
      // of it for each entry would cost more than the entry.
      const content = await taking(segments.size === 0 ? documents.open(place) : documents.openLoaded(place));
      const live = documents.recordAt(address);
      if (live === undefined) throw new ConcordError('store_unavailable');
      const touched = {
        address,
        entries: [...known.rows.values()].map(({ entry }) => entry),
        segments: segments.keys(),
        users: [...users, ...commands.flatMap((command) => command.users ?? [])],
      };
      const writers = await Promise.all(indexes.map((index) => writerOf(index, touched)));

      const build = (publication: Publication): { readonly turn: LogTurn; readonly outcomes: readonly Outcome[] } => {
        if (content !== undefined) publication.derive(content);
        const turn = new LogTurn({ address, record: live, publication, known, segments, writers });
        const outcomes = commands.map((command) =>
          attempt(() => command.carryOut(turn, askerOf(access, collection, address, live.row, command.principal))),
        );
        return { turn, outcomes };
      };
      const { turn, outcomes } = await publisher.commit(parts, address.account, build);
      this.#guess(logPrefix(address), known.head);
      if (turn.changes.length > 0) for (const index of indexes) index.committed?.(turn.changes);
      taken.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index] as Outcome;
        if ('refusal' in outcome) reject(outcome.refusal);
        else resolve(outcome.value);
      });
    } finally {
      for (const part of parts) documents.release(part);
    }
  }
}

/**
 * Who asks, as the record is.
 *
 * @throws `not_found` where it may not read the log, `record_deleted`
 */
export function askerOf(
  access: Access,
  collection: CollectionSchema,
  { log }: Pick<LogAddress, keyof RecordAddress | 'log'>,
  row: RecordRow | undefined,
  principal: Principal | undefined,
): Asker {
  if (principal === undefined) {
    if (row === undefined) throw new ConcordError('not_found');
    if (row.deleted !== undefined) throw new ConcordError('record_deleted');
    return { user: systemAuthor, name: systemAuthor, may: () => true };
  }
  const { facts, projection } = readable({ access, principal, collection }, row);
  if (!projection.shows(log)) throw new ConcordError('not_found');
  const { user, name } = principal;
  return { user, name, may: (action) => access.mayLog(principal, collection, log, action, facts) };
}

/** The commands of the next commit: one that has to be alone, or all up to the first such. */
function takeNext(queue: Waiting[]): readonly Waiting[] {
  const alone = queue.findIndex(({ command }) => command.isAlone);
  return queue.splice(0, alone === -1 ? maxShared : Math.min(Math.max(alone, 1), maxShared));
}

/** The segments that the commands may write to. */
function segmentsOf({ head, rows }: KnownLog, commands: readonly AskedCommand<unknown>[]): ReadonlySet<number> {
  const segments = new Set([...rows.keys()].map(segmentOf));
  const adds = commands.reduce((sum, command) => sum + command.adds, 0);
  for (let seq = head + 1; seq <= head + adds; seq++) segments.add(segmentOf(seq));
  return segments;
}

/** What refuses a command is no end of the others. */
function attempt(work: () => unknown): Outcome {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof ConcordError) return { refusal: error };
    throw error;
  }
}
