import { randomUUID } from 'node:crypto';
import type { LogEntry } from '@concord/protocol';
import type { LogCommand } from './log-command.ts';
import type { LogTurn } from './log-turn.ts';
import { mentionsIn, usersIn } from './mentions.ts';
import { withReply } from './thread.ts';

/** An entry that was said elsewhere, or before there was a log. */
export interface SeedEntry extends Pick<LogEntry, 'author' | 'authorName' | 'at' | 'text' | 'reactions'> {
  /** The place in the list, from 1, of the entry in whose thread it is. */
  readonly replyTo?: number;
  /** By its author. */
  readonly isPinned?: boolean;
}

/** Many entries at once, at the end of a log, taken as they are. */
export function seeding(entries: readonly SeedEntry[]): LogCommand<void> {
  return {
    ids: [],
    users: entries.flatMap(({ author, text }) => [author, ...usersIn(text)]),
    adds: entries.length,
    isAlone: true,
    carryOut: (turn) => {
      const made: LogEntry[] = [];
      for (const entry of entries) made.push(append(turn, entry, rootOf(made, entry)));
    },
  };
}

function append(turn: LogTurn, entry: SeedEntry, root: LogEntry | undefined): LogEntry {
  const { author, authorName, at, text, reactions, isPinned } = entry;
  const mentions = mentionsIn(text);
  return turn.append(
    {
      id: randomUUID(),
      at,
      author,
      authorName,
      text,
      ...(root === undefined ? {} : { replyTo: { id: root.id, seq: root.seq } }),
      ...(mentions.length === 0 ? {} : { mentions }),
      ...(reactions === undefined ? {} : { reactions }),
      ...(isPinned === true ? { pinnedAt: at, pinnedBy: author } : {}),
    },
    '',
    // The root as it is by now: others may have replied to it.
    (made) => withReply(root && turn.entryAt(root.seq)?.thread, made),
  );
}

function rootOf(made: readonly LogEntry[], { replyTo }: SeedEntry): LogEntry | undefined {
  if (replyTo === undefined) return undefined;
  const named = made[replyTo - 1];
  return made.find(({ seq }) => seq === (named?.replyTo ?? named)?.seq);
}
