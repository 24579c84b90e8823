import type { LogEntry } from '@concord/protocol';
import type { Command } from '../commands.ts';
import type { KeptCommand } from '../outbox/kept-commands.ts';
import type { OwnCommands } from '../outbox/create-commands.ts';
import type { ConcordConfig } from '@concord/schema';
import { createListeners, type Listeners } from '../live.ts';
import type { LogSource } from './log-source.ts';

/** An entry that was sent here and that no document has shown yet. */
export interface OutgoingEntry {
  readonly command: Command;
  /** What the server has made of it. */
  readonly answer?: LogEntry;
}

/** What this device has to say in one log, in the order in which it was said. */
export interface Outgoing {
  readonly changed: Listeners;
  /** Those that no document has shown yet. */
  entries(): readonly OutgoingEntry[];
  /** Edits and removals that wait, by entry: the latest of each. */
  changes(): ReadonlyMap<string, Command>;
  close(): void;
}

type LogCommands = Pick<OwnCommands<ConcordConfig>, 'pending' | 'carriedOut'>;

/** @param read one entry by its id, where another tab has sent it */
export function createOutgoing(
  commands: LogCommands,
  source: LogSource,
  address: { readonly collection: string; readonly record: string; readonly log: string },
  read: (id: string) => Promise<LogEntry>,
): Outgoing {
  const changed = createListeners();
  const posts = new Map<string, OutgoingEntry>();
  let waiting: readonly Command[] = [];

  const isOurs = ({ collection, record, log }: KeptCommand | Command): boolean =>
    collection === address.collection && record === address.record && log === address.log;

  function look(): void {
    waiting = commands.pending.get().filter(isOurs);
    const pending = new Map(waiting.filter(({ operation }) => operation === 'post').map((command) => [idOf(command), command]));
    for (const [id, { command, answer }] of posts) {
      if (pending.has(id)) continue;
      // What had failed and is gone was given up; what was waiting has been carried out.
      if (command.state === 'failed' || source.find(id) !== undefined) posts.delete(id);
      else if (answer === undefined) void readAgain(id);
    }
    for (const [id, command] of pending) posts.set(id, { ...posts.get(id), command });
    changed.call();
  }

  function answered(command: KeptCommand, answer: unknown): void {
    const post = isOurs(command) && command.operation === 'post' ? posts.get(idOf(command)) : undefined;
    if (post !== undefined && answer !== undefined) posts.set(idOf(command), { ...post, answer: answer as LogEntry });
  }

  /** Another tab has had it carried out, so its answer was not heard here. */
  async function readAgain(id: string): Promise<void> {
    try {
      const answer = await read(id);
      const post = posts.get(id);
      if (post !== undefined) posts.set(id, { ...post, answer });
    } catch {
      // It comes with its document.
    }
    changed.call();
  }

  /** What a document shows is not on its way any more. */
  function drop(): void {
    for (const [id, { command, answer }] of posts) {
      const isPending = waiting.includes(command);
      const isPassed = answer !== undefined && source.isSynced(answer.seq);
      if (!isPending && (isPassed || source.find(id) !== undefined)) posts.delete(id);
    }
  }

  const stops = [commands.pending.subscribe(look), commands.carriedOut.add(answered), source.changed.add(drop)];
  look();
  return {
    changed,
    entries: () => [...posts].filter(([id]) => source.find(id) === undefined).map(([, post]) => post),
    changes: () => {
      const changes = waiting.filter(({ operation }) => operation === 'edit' || operation === 'remove');
      return new Map(changes.map((command) => [idOf(command), command]));
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

function idOf({ entry = '' }: { readonly entry?: string }): string {
  return entry;
}
