import { randomUUID } from 'node:crypto';
import { ConcordError, type LogEntry, type LogThread } from '@concord/protocol';
import type { Store } from '@concord/store';
import { notePrefix } from './entry-input.ts';
import type { LogAddress } from './log-address.ts';
import type { Asker, LogCommand } from './log-command.ts';
import { readId, readSeq } from './log-reader.ts';
import type { LogTurn } from './log-turn.ts';
import { mentionsIn, usersIn } from './mentions.ts';
import { appendNote } from './posting.ts';
import { readThreadWithout } from './thread.ts';
import { withoutReaction, withReaction } from './reactions.ts';

/** Another text. `checked` is what the log allows of it, given whether it may be empty. */
export function editing(id: string, text: unknown, checked: (mayBeEmpty: boolean) => string): LogCommand<LogEntry> {
  return {
    ids: [id],
    users: typeof text === 'string' ? usersIn(text) : [],
    adds: 0,
    carryOut: (turn, asker) => {
      const before = living(turn, id);
      // What the server has noted is nobody's to reword.
      if (before.system !== undefined || !mayAmend(before, asker)) throw new ConcordError('forbidden');
      const text = checked(before.attachments !== undefined);
      if (text === before.text) return before;
      const { mentions: _of, ...rest } = before;
      const mentions = mentionsIn(text);
      const said = { ...rest, text, ...(mentions.length === 0 ? {} : { mentions }) };
      return turn.change(before, { ...said, version: before.version + 1, editedAt: turn.at }, asker.user);
    },
  };
}

/** A tombstone in its place. */
export function removing(store: Store, address: LogAddress, id: string): LogCommand<void> {
  let thread: LogThread | undefined;
  return {
    ids: [id],
    adds: 0,
    isAlone: true,
    prepare: async () => {
      const known = await readId(store, address, id);
      const entry = known && (await readSeq(store, address, known.seq))?.entry;
      const root = entry?.replyTo && (await readSeq(store, address, entry.replyTo.seq))?.entry;
      if (entry !== undefined && root !== undefined) thread = await readThreadWithout(store, address, root, entry.seq);
    },
    carryOut: (turn, asker) => {
      const before = living(turn, id);
      if (!mayAmend(before, asker)) throw new ConcordError('forbidden');
      const { seq, version, author, authorName, at, replyTo } = before;
      const kept = { id, seq, version: version + 1, author, authorName, at, text: '' };
      const tombstone: LogEntry = {
        ...kept,
        ...(replyTo === undefined ? {} : { replyTo }),
        // The replies are still there.
        ...(before.thread === undefined ? {} : { thread: before.thread }),
        deletedAt: turn.at,
        deletedBy: asker.user,
      };
      turn.bury(before, tombstone, asker.user, thread);
    },
  };
}

export function pinning(id: string, isPinned: boolean): LogCommand<LogEntry> {
  return {
    ids: [id],
    adds: 1,
    carryOut: (turn, asker) => {
      const before = living(turn, id);
      if (!asker.may('moderate')) throw new ConcordError('forbidden');
      if (isPinned === (before.pinnedAt !== undefined)) return before;
      const { pinnedAt: _at, pinnedBy: _by, ...rest } = before;
      const pin = isPinned ? { pinnedAt: turn.at, pinnedBy: asker.user } : {};
      const after = turn.change(before, { ...rest, ...pin, version: before.version + 1 }, asker.user);
      const type = isPinned ? 'pinned' : 'unpinned';
      appendNote(turn, { type, seq: before.seq, by: asker.user }, `${notePrefix}${randomUUID()}`);
      return after;
    },
  };
}

/** Somebody's reaction, there or not. */
export function reacting(id: string, kind: string, isThere: boolean): LogCommand<LogEntry> {
  return {
    ids: [id],
    adds: 0,
    carryOut: (turn, asker) => {
      const before = living(turn, id);
      if (!asker.may('write')) throw new ConcordError('forbidden');
      const reactions = (isThere ? withReaction : withoutReaction)(before.reactions, kind, asker.user);
      if (reactions === before.reactions) return before;
      const { reactions: _were, ...rest } = before;
      const after = { ...rest, ...(reactions === undefined ? {} : { reactions }), version: before.version + 1 };
      return turn.change(before, after, asker.user);
    },
  };
}

/** @throws `not_found`, `entry_deleted` */
function living(turn: LogTurn, id: string): LogEntry {
  const entry = turn.find(id);
  if (entry === undefined) throw new ConcordError('not_found');
  if (entry.deletedAt !== undefined) throw new ConcordError('entry_deleted');
  return entry;
}

function mayAmend({ author, system }: LogEntry, asker: Asker): boolean {
  return asker.may(author === asker.user && system === undefined ? 'write' : 'moderate');
}
