import { randomUUID } from 'node:crypto';
import { ConcordError, isName, type RecordAddress, type RecordView } from '@concord/protocol';
import { validateFields, writeFields, type CollectionSchema, type Fields, type Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Principal } from '../access/principal.ts';
import { mayCreate, mayDelete, mayRead, mayUpdate } from '../access/rules.ts';
import type { Documents } from '../documents/documents.ts';
import type { Part } from '../documents/part.ts';
import type { Feed } from '../feed/feed.ts';
import { listRecords } from './list-records.ts';
import type { Publication } from './publication.ts';
import type { Publisher } from './publisher.ts';
import { decodeRow, rowKey, type RecordRow } from './record-row.ts';
import type { BatchItem, Condition, Records } from './records.ts';

export interface RecordsOptions {
  readonly store: Store;
  readonly schema: Schema;
  readonly documents: Documents;
  readonly publisher: Publisher;
  readonly feed: Feed;
}

/** One record's share of a write, checked as far as can be without the record. */
interface Change {
  readonly address: RecordAddress;
  /** Reads, under the record's lock, what `apply` needs of the store. */
  readonly prepare?: () => Promise<void>;
  /** Throws what refuses the change, without having changed anything. */
  readonly check: (row: RecordRow | undefined) => void;
  readonly apply: (publication: Publication, part: Part) => void;
}

/** What a commit's build came to: nothing in it may throw once a part is sealed. */
type Outcome = { readonly rows: readonly RecordRow[] } | { readonly refusal: ConcordError };

export function createRecords({ store, schema, documents, publisher, feed }: RecordsOptions): Records {
  /** The collection, if its name exists and the principal may do that; `not_found` and `forbidden` otherwise. */
  function collectionFor(
    principal: Principal,
    name: string,
    may: (principal: Principal, collection: CollectionSchema) => boolean,
  ): CollectionSchema {
    const collection = schema.collections.get(name);
    if (collection === undefined) throw new ConcordError('not_found');
    if (may(principal, collection)) return collection;
    throw new ConcordError(mayRead(principal, collection) ? 'forbidden' : 'not_found');
  }

  /** An id that cannot exist is answered as one that does not. */
  function addressOf(principal: Principal, collection: CollectionSchema, id: string): RecordAddress {
    if (!isName('record', id)) throw new ConcordError('not_found');
    return { account: principal.account, collection: collection.name, record: id };
  }

  async function readRow(address: RecordAddress): Promise<RecordRow> {
    const bytes = await store.get(rowKey(address));
    return found(bytes && decodeRow(bytes));
  }

  /**
   * Carries out `changes` on different records of one account: all or none, in one commit (R2). Open quiet
   * periods are closed first, as events of their own, so that conditions are judged on what was typed.
   */
  async function write(account: string, changes: readonly Change[]): Promise<readonly RecordRow[]> {
    return await withLocks(changes.map(({ address }) => rowKey(address)).sort(), async () => {
      const parts: Part[] = [];
      try {
        for (const { address, prepare } of changes) {
          parts.push(await documents.open(address));
          await prepare?.();
        }
        const outcome = await publisher.commit(parts, account, (publication): Outcome => {
          for (const part of parts) publication.derive(part);
          const refusal = firstRefusal(changes, parts);
          if (refusal !== undefined) return { refusal };
          changes.forEach((change, index) => change.apply(publication, parts[index] as Part));
          return { rows: parts.map((part) => part.row as RecordRow) };
        });
        if ('refusal' in outcome) throw outcome.refusal;
        for (const part of parts) if (part.closed !== undefined) documents.closePart(part, part.closed);
        return outcome.rows;
      } finally {
        for (const part of parts) documents.release(part);
      }
    });
  }

  function withLocks<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const [name, ...rest] = names;
    return name === undefined ? work() : store.lock(name, () => withLocks(rest, work));
  }

  function creation(principal: Principal, collection: CollectionSchema, input: unknown): Change {
    const { id = randomUUID(), ...values } = asObject(input);
    if (!isName('record', id)) throw new ConcordError('invalid_name', { field: 'id', message: idRule });
    const fields = validateFields(collection, values, 'create');
    return {
      address: addressOf(principal, collection, id),
      check: (row) => {
        if (row !== undefined) throw new ConcordError('record_exists', { field: 'id' });
      },
      apply: (publication, part) =>
        publication.create(part, principal.user, () => writeFields(collection, part.document, fields)),
    };
  }

  function change(principal: Principal, collection: CollectionSchema, id: string, input: unknown, condition?: Condition): Change {
    const fields: Fields = validateFields(collection, asObject(input), 'update');
    return {
      address: addressOf(principal, collection, id),
      check: (row) => checkVersion(alive(row), condition),
      apply: (publication, part) => publication.write(part, principal.user, () => writeFields(collection, part.document, fields)),
    };
  }

  function removal(principal: Principal, collection: CollectionSchema, id: string, condition?: Condition): Change {
    return {
      address: addressOf(principal, collection, id),
      check: (row) => checkVersion(alive(row), condition),
      apply: (publication, part) => publication.remove(part, part.row as RecordRow, principal.user),
    };
  }

  function changeOf(principal: Principal, collection: CollectionSchema, item: BatchItem): Change {
    if (item.operation === 'create') return creation(principal, collection, item.input);
    if (item.operation === 'update') return change(principal, collection, item.id, item.input, item.condition);
    return removal(principal, collection, item.id, item.condition);
  }

  async function writeOne(principal: Principal, one: Change): Promise<RecordView> {
    const [row] = await write(principal.account, [one]);
    return (row as RecordRow).view;
  }

  return {
    async get(principal, name, id) {
      const collection = collectionFor(principal, name, mayRead);
      return alive(await readRow(addressOf(principal, collection, id))).view;
    },

    async list(principal, name, query) {
      const collection = collectionFor(principal, name, mayRead);
      // The position comes first: whatever is committed during the read is in the events after it, too.
      const seq = await feed.head(principal.account);
      return { ...(await listRecords(store, principal.account, collection, query)), seq };
    },

    async create(principal, name, input) {
      return await writeOne(principal, creation(principal, collectionFor(principal, name, mayCreate), input));
    },

    async update(principal, name, id, input, condition) {
      return await writeOne(principal, change(principal, collectionFor(principal, name, mayUpdate), id, input, condition));
    },

    async remove(principal, name, id, condition) {
      return await writeOne(principal, removal(principal, collectionFor(principal, name, mayDelete), id, condition));
    },

    async restore(principal, name, id) {
      const collection = collectionFor(principal, name, mayDelete);
      return await writeOne(principal, {
        address: addressOf(principal, collection, id),
        check: (row) => {
          const { deleted, purged } = found(row);
          if (purged) throw new ConcordError('record_deleted');
          if (deleted === undefined) throw new ConcordError('not_deleted');
        },
        apply: (publication, part) => publication.restore(part, part.row as RecordRow, principal.user),
      });
    },

    async purge(principal, name, id) {
      const collection = collectionFor(principal, name, mayDelete);
      const address = addressOf(principal, collection, id);
      const check = (row: RecordRow | undefined): void => {
        if (found(row).deleted === undefined) throw new ConcordError('not_deleted');
      };
      check(await readRow(address));
      let erased: readonly number[] = [];
      await writeOne(principal, {
        address,
        prepare: async () => {
          erased = await feed.eventsOf(address);
        },
        check,
        apply: (publication, part) => {
          const row = part.row as RecordRow;
          if (!row.purged) publication.purge(part, row, principal.user, erased);
        },
      });
    },

    async batch(principal, name, items) {
      const changes = items.map((item, index) => {
        const may = { create: mayCreate, update: mayUpdate, delete: mayDelete }[item.operation];
        const collection = collectionFor(principal, name, may);
        return at(index, () => changeOf(principal, collection, item));
      });
      const seen = new Set<string>();
      changes.forEach(({ address }, index) => {
        if (seen.has(address.record)) {
          throw new ConcordError('bad_request', { field: `records.${index}.id`, message: 'A batch may name a record once.' });
        }
        seen.add(address.record);
      });
      const rows = await write(
        principal.account,
        changes.map((one, index) => ({ ...one, check: (row) => at(index, () => one.check(row)) })),
      );
      return rows.map((row) => row.view);
    },
  };
}

const idRule = 'An id has 1 to 128 letters, digits, - and _, and begins with a letter or a digit.';

/** Runs `check` on a batch's item; what refuses it names the item. */
function at<T>(index: number, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ConcordError)) throw error;
    const field = error.field === undefined ? `records.${index}` : `records.${index}.${error.field}`;
    throw new ConcordError(error.code, { message: error.message, field, cause: error });
  }
}

function firstRefusal(changes: readonly Change[], parts: readonly Part[]): ConcordError | undefined {
  for (const [index, { check }] of changes.entries()) {
    try {
      check(parts[index]?.row);
    } catch (error) {
      if (error instanceof ConcordError) return error;
      throw error;
    }
  }
  return undefined;
}

function found(row: RecordRow | undefined): RecordRow {
  if (row === undefined) throw new ConcordError('not_found');
  return row;
}

function alive(row: RecordRow | undefined): RecordRow {
  if (found(row).deleted !== undefined) throw new ConcordError('record_deleted');
  return found(row);
}

function checkVersion(row: RecordRow, condition: Condition | undefined): void {
  if (condition?.version !== undefined && condition.version !== row.view.version) {
    throw new ConcordError('version_mismatch', { message: `The record is at version ${row.view.version}.` });
  }
}

function asObject(input: unknown): { readonly [key: string]: unknown } {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as { [key: string]: unknown };
  throw new ConcordError('invalid_record', { message: 'A record is a JSON object.' });
}
