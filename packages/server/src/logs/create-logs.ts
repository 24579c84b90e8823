import { ConcordError, isName } from '@concord/protocol';
import type { CollectionSchema, LogSchema, Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import { logRights, type Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import { createRateLimit } from '../access/rate-limit.ts';
import type { Clock } from '../clock.ts';
import type { Documents } from '../documents/documents.ts';
import type { Publisher } from '../records/publisher.ts';
import { decodeRow, rowKey, type RecordRow } from '../records/record-row.ts';
import { addressOf } from '../records/record-write.ts';
import { editing, pinning, reacting, removing } from './amending.ts';
import type { AttachmentBook } from './attachments.ts';
import { askerOf, CommandQueue } from './command-queue.ts';
import { notePrefix, readEntryDraft, readText } from './entry-input.ts';
import type { LogAddress } from './log-address.ts';
import type { Asker, LogCommand } from './log-command.ts';
import type { LogIndex } from './log-index.ts';
import { readId, readPage, readSeq } from './log-reader.ts';
import type { LogName, Logs } from './logs.ts';
import { noting, posting } from './posting.ts';
import { seeding } from './seeding.ts';
import { checkEmoji } from './reactions.ts';
import { createLogSearch } from './search/log-search.ts';

export interface LogsOptions {
  readonly store: Store;
  readonly schema: Schema;
  readonly access: Access;
  readonly clock: Clock;
  readonly documents: Documents;
  readonly publisher: Publisher;
  /** What is derived from the entries. */
  readonly indexes: readonly LogIndex[];
  /** Where there is none, nothing can be attached. */
  readonly attachments?: AttachmentBook | undefined;
}

/** A log that is in the config, of a record that may be. */
interface Found {
  readonly collection: CollectionSchema;
  readonly schema: LogSchema;
  readonly address: LogAddress;
}

export function createLogs(options: LogsOptions): Logs {
  const { store, schema, access, clock, documents, attachments } = options;
  const queue = new CommandQueue(options);
  const searching = createLogSearch({ store });
  const writes = createRateLimit({ max: schema.limits.maxEntriesPerMinute, windowMs: 60_000, clock });

  function find(principal: Principal, { collection: name, record, log }: LogName): Found {
    const collection = schema.collections.get(name);
    const logSchema = collection?.logs.get(log);
    if (collection === undefined || logSchema === undefined) throw new ConcordError('not_found');
    return { collection, schema: logSchema, address: { ...addressOf(principal, collection, record), log } };
  }

  async function readRow(address: LogAddress): Promise<RecordRow | undefined> {
    const bytes = await store.get(rowKey(address));
    return bytes && decodeRow(bytes);
  }

  /** @throws `not_found`, `record_deleted` where the log cannot be read */
  async function checkReadable(principal: Principal, { collection, address }: Found): Promise<Asker> {
    return askerOf(access, collection, address, await readRow(address), principal);
  }

  /** Carries out a command. Who is a stranger to the log has nothing loaded or committed by it. */
  async function carryOut<T>(principal: Principal, found: Found, command: LogCommand<T>): Promise<T> {
    const { collection, address } = found;
    if (!writes.take(`${principal.account}/${principal.user}`))
      throw new ConcordError('rate_limited', { limit: 'maxEntriesPerMinute' });
    // Of a room in which people are, the row is at hand.
    const live = documents.recordAt(address);
    const row = live === undefined ? await readRow(address) : live.row;
    // A record that is being typed into may not have been published yet: that is looked at under its lock.
    if (row !== undefined || !collection.createOnConnect) askerOf(access, collection, address, row, principal);
    return await queue.submit(collection, address, { ...command, principal });
  }

  /** Carries out a command of the server's own. */
  async function carryOutItself<T>(address: LogAddress, command: LogCommand<T>): Promise<T> {
    const collection = schema.collections.get(address.collection);
    if (collection?.logs.has(address.log) !== true) throw new ConcordError('not_found');
    return await queue.submit(collection, address, { ...command, principal: undefined });
  }

  const checkedId = (id: string): string => {
    if (!isName('record', id)) throw new ConcordError('not_found');
    return id;
  };

  return {
    async get(principal, name, id) {
      const found = find(principal, name);
      await checkReadable(principal, found);
      const known = await readId(store, found.address, checkedId(id));
      const row = known && (await readSeq(store, found.address, known.seq));
      if (row === undefined) throw new ConcordError('not_found');
      return row.entry;
    },

    async list(principal, name, query) {
      const found = find(principal, name);
      const { may } = await checkReadable(principal, found);
      return { ...(await readPage(store, found.address, query)), may: logRights(may) };
    },

    async search(principal, name, query) {
      const found = find(principal, name);
      await checkReadable(principal, found);
      return await searching.search(found.address, query);
    },

    async post(principal, name, input) {
      const found = find(principal, name);
      const { user } = principal;
      const draft = readEntryDraft(input, found.schema, schema.limits);
      const findFiles = async (ids: readonly string[]): ReturnType<AttachmentBook['find']> => {
        if (attachments !== undefined) return await attachments.find(found.address, user, ids);
        throw new ConcordError('invalid_record', { field: 'attachments', message: 'Nothing can be attached here.' });
      };
      return await carryOut(principal, found, posting(found.collection, found.schema, draft, user, findFiles));
    },

    async edit(principal, name, id, text) {
      const found = find(principal, name);
      const checked = (mayBeEmpty: boolean): string => readText(text, found.schema, schema.limits, mayBeEmpty);
      return await carryOut(principal, found, editing(checkedId(id), text, checked));
    },

    async remove(principal, name, id) {
      const found = find(principal, name);
      await carryOut(principal, found, removing(store, found.address, checkedId(id)));
    },

    async pin(principal, name, id, isPinned) {
      return await carryOut(principal, find(principal, name), pinning(checkedId(id), isPinned));
    },

    async react(principal, name, id, emoji, isThere) {
      const kind = checkEmoji(emoji);
      return await carryOut(principal, find(principal, name), reacting(checkedId(id), kind, isThere));
    },

    async seed(address, entries) {
      await carryOutItself(address, seeding(entries));
    },

    async note(address, note, id) {
      return await carryOutItself(address, noting(note, `${notePrefix}${id}`));
    },
  };
}
