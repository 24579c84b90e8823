import { createHash } from 'node:crypto';
import { ConcordError, systemAuthor, type LogAttachment, type LogEntry, type LogNote } from '@concord/protocol';
import type { CollectionSchema, Fields, LogSchema } from '@concord/schema';
import type { LiveRecord } from '../documents/live-record.ts';
import { valueIn } from '../records/record-row.ts';
import type { EntryDraft } from './entry-input.ts';
import type { Asker, LogCommand } from './log-command.ts';
import type { LogTurn } from './log-turn.ts';
import { mentionsIn, usersIn } from './mentions.ts';
import { noteText } from './note-text.ts';
import { withReply } from './thread.ts';

export interface Posted {
  readonly entry: LogEntry;
  /** It was not there before. */
  readonly isNew: boolean;
}

/** An entry by somebody. `findFiles` looks up what it attaches, under the record's lock. */
export function posting(
  collection: CollectionSchema,
  schema: LogSchema,
  draft: EntryDraft,
  user: string,
  findFiles: (ids: readonly string[]) => Promise<readonly LogAttachment[]>,
): LogCommand<Posted> {
  const digest = digestOf([user, draft.text, draft.replyTo ?? null, draft.attachments]);
  let files: () => readonly LogAttachment[] = () => [];
  return {
    ids: [draft.id, ...(draft.replyTo === undefined ? [] : [draft.replyTo])],
    users: usersIn(draft.text),
    adds: 1,
    prepare: async () => {
      if (draft.attachments.length > 0) files = await outcomeOf(findFiles(draft.attachments));
    },
    carryOut: (turn, asker) => {
      const known = turn.find(draft.id);
      if (known !== undefined && turn.digestOf(draft.id) === digest) return { entry: known, isNew: false };
      if (!asker.may('write')) throw new ConcordError('forbidden');
      if (known !== undefined) throw new ConcordError('entry_exists', { field: 'id' });
      const root = draft.replyTo === undefined ? undefined : rootOf(turn, draft.replyTo);
      const attachments = files();
      if (attachments.some(({ id }) => turn.takenFiles.has(id)))
        throw new ConcordError('invalid_record', { field: 'attachments', message: 'Another entry has one of these files.' });
      const isSlow = checkPace(turn, asker, slowSeconds(turn.record, collection, schema));

      for (const { id } of attachments) turn.takenFiles.add(id);
      if (isSlow) turn.notePost(user);
      const mentions = mentionsIn(draft.text);
      const entry = turn.append(
        {
          id: draft.id,
          author: user,
          authorName: asker.name,
          text: draft.text,
          ...(root === undefined ? {} : { replyTo: { id: root.id, seq: root.seq } }),
          ...(mentions.length === 0 ? {} : { mentions }),
          ...(attachments.length === 0 ? {} : { attachments }),
        },
        digest,
        (made) => withReply(root?.thread, made),
      );
      return { entry, isNew: true };
    },
  };
}

/** What the server itself notes, once under that id. */
export function noting(note: LogNote, id: string): LogCommand<LogEntry> {
  return { ids: [id], adds: 1, carryOut: (turn) => turn.find(id) ?? appendNote(turn, note, id) };
}

/** To be called within a commit that has room for it. */
export function appendNote(turn: LogTurn, note: LogNote, id: string): LogEntry {
  const made = { id, author: systemAuthor, authorName: 'System', text: noteText(note), system: note };
  return turn.append(made, digestOf([systemAuthor, id]));
}

/** The entry that began the thread in which a reply to `id` goes. */
function rootOf(turn: LogTurn, id: string): LogEntry {
  const named = turn.find(id);
  const root = named?.replyTo === undefined ? named : turn.entryAt(named.replyTo.seq);
  if (root === undefined)
    throw new ConcordError('invalid_record', { field: 'replyTo', message: 'There is no entry of that id to reply to.' });
  if (root.deletedAt !== undefined && root.thread === undefined) throw new ConcordError('entry_deleted', { field: 'replyTo' });
  return root;
}

function slowSeconds({ row }: LiveRecord, collection: CollectionSchema, { slowMode }: LogSchema): number {
  if (typeof slowMode !== 'string') return slowMode ?? 0;
  const part = collection.partOf.get(slowMode);
  const kept: Fields | undefined = part === undefined ? row?.view : row?.parts?.[part]?.fields;
  const seconds = valueIn(kept, slowMode, collection);
  return typeof seconds === 'number' ? Math.max(0, seconds) : 0;
}

/** Answers whether the asker has to wait after this one. Throws `slow_mode` where it has to wait now. */
function checkPace(turn: LogTurn, asker: Asker, seconds: number): boolean {
  if (seconds === 0 || asker.may('moderate')) return false;
  const left = (turn.lastPostOf(asker.user) ?? -Infinity) + seconds * 1000 - Date.parse(turn.at);
  if (left <= 0) return true;
  const retryAfter = Math.ceil(left / 1000);
  throw new ConcordError('slow_mode', { retryAfter, message: `Slow mode: the next entry may follow in ${retryAfter} s.` });
}

function digestOf(said: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url').slice(0, 22);
}

/** Answers what answers the same as `work`, or throws the same refusal, whenever it is called. */
async function outcomeOf<T>(work: Promise<T>): Promise<() => T> {
  try {
    const answer = await work;
    return () => answer;
  } catch (error) {
    if (!(error instanceof ConcordError)) throw error;
    return () => {
      throw error;
    };
  }
}
