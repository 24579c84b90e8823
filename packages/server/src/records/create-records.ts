import { ConcordError, type RecordAddress, type RecordView } from '@concord/protocol';
import { validateFields, type CollectionSchema, type HookChange, type Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Access, Action } from '../access/access.ts';
import { policyUserOf, type Principal } from '../access/principal.ts';
import type { Clock } from '../clock.ts';
import type { Documents } from '../documents/documents.ts';
import { otherParts } from '../documents/erase-stored.ts';
import type { Part } from '../documents/part.ts';
import type { Feed } from '../feed/feed.ts';
import type { MemberFollowers } from '../inbox/member-followers.ts';
import type { HookRunner } from '../hooks/run-hooks.ts';
import { directWrites } from './direct.ts';
import { listRecords } from './list-records.ts';
import { appointment, departure, lastRole, membersField } from './membership.ts';
import type { Publication } from './publication.ts';
import type { Publisher } from './publisher.ts';
import { bareView, decodeRow, factsOf, rowKey, viewOf, type RecordRow } from './record-row.ts';
import {
  addressOf,
  change,
  creation,
  erasure,
  making,
  readable,
  removal,
  restoration,
  type OpenedParts,
  type RecordWrite,
  type WriteContext,
} from './record-write.ts';
import type { BatchItem, Records } from './records.ts';

export interface RecordsOptions {
  readonly store: Store;
  readonly schema: Schema;
  readonly access: Access;
  readonly clock: Clock;
  readonly documents: Documents;
  readonly publisher: Publisher;
  readonly feed: Feed;
  readonly hooks: HookRunner;
  readonly members: MemberFollowers;
  /** Resolves once what was to be noted of that record is. */
  readonly announced: (record: RecordAddress) => Promise<void>;
  /** Erases the logs of a record that has been purged. */
  readonly eraseLogs: (record: RecordAddress) => Promise<void>;
}

/** What a commit's build came to: nothing in it may throw once a part is sealed. */
type Outcome = { readonly rows: readonly RecordRow[] } | { readonly refusal: ConcordError };

export function createRecords(options: RecordsOptions): Records {
  const { store, schema, access, clock, documents, publisher, feed, hooks, members, announced, eraseLogs } = options;

  /** The collection, if its name exists and the principal could do that; `not_found` and `forbidden` otherwise. */
  function contextFor(principal: Principal, name: string, action: Action): WriteContext {
    const collection = schema.collections.get(name);
    if (collection === undefined) throw new ConcordError('not_found');
    const could = action === 'update' ? access.couldWrite(principal, collection) : access.could(principal, action, collection);
    const widest = access.widest(principal, collection);
    if (could) return { access, principal, collection, widest, now: clock.now() };
    throw new ConcordError(widest === undefined ? 'not_found' : 'forbidden');
  }

  async function readRow(principal: Principal, collection: CollectionSchema, id: string): Promise<RecordRow | undefined> {
    const bytes = await store.get(rowKey(addressOf(principal, collection, id)));
    return bytes && decodeRow(bytes);
  }

  /**
   * Carries out `writes` on different records of one account: all or none, in one commit (R2). Open quiet
   * periods are closed first, as events of their own, so that conditions are judged on what was typed.
   */
  async function write(principal: Principal, writes: readonly RecordWrite[]): Promise<readonly RecordRow[]> {
    return await withLocks(writes.map(({ address }) => rowKey(address)).sort(), async () => {
      const parts: Part[] = [];
      try {
        const opened: OpenedParts[] = [];
        for (const one of writes) {
          opened.push(await open(one, parts));
          await one.prepare?.();
          if (changesMembers(one)) await members.prepare(one.address);
        }
        if (hooks.asksBefore) await askBefore(principal, writes, opened);
        const scopes = writes.flatMap((one) => one.scopes?.() ?? []);
        const build = (publication: Publication): Outcome => {
          for (const part of parts) publication.derive(part);
          const refusal = firstRefusal(writes, opened);
          if (refusal !== undefined) return { refusal };
          writes.forEach((one, index) => one.apply(publication, opened[index] as OpenedParts));
          return { rows: opened.map((of) => of.get(null)?.record.row as RecordRow) };
        };
        const outcome = await publisher.commit(parts, principal.account, build, scopes);
        if ('refusal' in outcome) throw outcome.refusal;
        for (const { record } of parts) if (record.closed !== undefined) documents.audience.close(record, record.closed);
        return outcome.rows;
      } finally {
        for (const { address } of writes) members.release(address);
        for (const part of parts) documents.release(part);
      }
    });
  }

  function changesMembers({ address, operation, parts }: RecordWrite): boolean {
    const field = schema.collections.get(address.collection)?.members?.name;
    return operation === 'update' && field !== undefined && parts.includes(field);
  }

  /** Asks the config's hook, about what would be carried out as things are. */
  async function askBefore(principal: Principal, writes: readonly RecordWrite[], opened: readonly OpenedParts[]): Promise<void> {
    const refusal = firstRefusal(writes, opened);
    if (refusal !== undefined) throw refusal;
    const user = policyUserOf(principal);
    const changes = writes.map(({ address: { collection: name, record }, operation, values }, index): HookChange => {
      const collection = schema.collections.get(name) as CollectionSchema;
      const row = opened[index]?.get(null)?.record.row;
      const projection = row && access.projection(principal, collection, factsOf(row, collection));
      return {
        operation,
        collection: name,
        record,
        user,
        before: row && projection && viewOf(row, projection),
        values: values(row),
      };
    });
    await hooks.beforeChange(changes);
  }

  /** Opens what a write needs, noting in `all` what is to be released. */
  async function open({ address, parts }: RecordWrite, all: Part[]): Promise<OpenedParts> {
    const opened = new Map<string | null, Part>();
    for (const name of new Set([null, ...parts])) {
      const part = await documents.open(name === null ? address : { ...address, part: name });
      all.push(part);
      opened.set(name, part);
    }
    return opened;
  }

  function withLocks<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const [name, ...rest] = names;
    return name === undefined ? work() : store.lock(name, () => withLocks(rest, work));
  }

  function writeOf(context: WriteContext, item: BatchItem): RecordWrite {
    if (item.operation === 'create') return creation(context, item.input);
    if (item.operation === 'update') return change(context, item.id, item.input, item.condition);
    return removal(context, item.id, item.condition);
  }

  async function writeOne({ principal, collection }: WriteContext, one: RecordWrite): Promise<RecordView> {
    const [row] = await write(principal, [one]);
    return seen(principal, collection, row as RecordRow);
  }

  /** Somebody comes or goes: that is noted before what they have to say. */
  async function changeMembers(context: WriteContext, one: RecordWrite): Promise<RecordView> {
    const view = await writeOne(context, one);
    await announced(one.address);
    return view;
  }

  /** What somebody is shown of a record it has just written. It may have written itself out of it. */
  function seen(principal: Principal, collection: CollectionSchema, row: RecordRow): RecordView {
    const projection = access.projection(principal, collection, factsOf(row, collection));
    return projection === undefined ? bareView(row) : viewOf(row, projection);
  }

  return {
    async get(principal, name, id) {
      const { collection } = contextFor(principal, name, 'read');
      const row = await readRow(principal, collection, id);
      const { projection, living } = readable({ access, principal, collection }, row);
      return viewOf(living, projection);
    },

    async list(principal, name, query) {
      const { collection } = contextFor(principal, name, 'read');
      const standing = access.standing(principal, collection);
      const view = (row: RecordRow): RecordView | undefined => {
        const depends = standing === 'undecided';
        const projection = depends ? access.projection(principal, collection, factsOf(row, collection)) : standing;
        return projection && viewOf(row, projection);
      };
      // The position comes first: whatever is committed during the read is in the events after it, too.
      const seq = await feed.head(principal.account);
      return { ...(await listRecords(store, principal.account, name, view, query)), seq };
    },

    async create(principal, name, input) {
      const context = contextFor(principal, name, 'create');
      return await writeOne(context, creation(context, input));
    },

    async update(principal, name, id, input, condition) {
      const context = contextFor(principal, name, 'update');
      return await writeOne(context, change(context, id, input, condition));
    },

    async remove(principal, name, id, condition) {
      const context = contextFor(principal, name, 'delete');
      return await writeOne(context, removal(context, id, condition));
    },

    async appoint(principal, name, id, user, role) {
      const context = contextFor(principal, name, 'read');
      return await changeMembers(context, appointment(context, id, user, role ?? lastRole(membersField(context.collection))));
    },

    async dismiss(principal, name, id, user) {
      const context = contextFor(principal, name, 'read');
      return await changeMembers(context, departure(context, id, user));
    },

    async direct(principal, name, other) {
      const context = contextFor(principal, name, 'create');
      const { making: made, returning } = directWrites(context, other);
      if ((await readRow(principal, context.collection, made.address.record)) === undefined) {
        try {
          return { view: await writeOne(context, made), isNew: true };
        } catch (error) {
          // The other one was faster.
          if (!(error instanceof ConcordError && error.code === 'record_exists')) throw error;
        }
      }
      return { view: await changeMembers(context, returning), isNew: false };
    },

    async found(principal, name, { id, ...values }) {
      const collection = schema.collections.get(name);
      if (collection === undefined) throw new ConcordError('not_found');
      const context = { access, principal, collection, widest: undefined, now: clock.now() };
      return await writeOne(context, making(context, id, validateFields(collection, values, 'create')));
    },

    async restore(principal, name, id) {
      const context = contextFor(principal, name, 'delete');
      return await writeOne(context, restoration(context, id));
    },

    async purge(principal, name, id) {
      const context = contextFor(principal, name, 'delete');
      const purge = erasure(context, id, async (address) => ({
        events: await feed.eventsOf(address),
        others: await otherParts(store, address, context.collection.parts),
      }));
      // Before the record's documents are opened, and its events looked for.
      purge.check(await readRow(principal, context.collection, id), new Map());
      await writeOne(context, purge);
      await eraseLogs(purge.address);
    },

    async batch(principal, name, items) {
      const writes = items.map((item, index) => {
        const context = contextFor(principal, name, item.operation);
        return at(index, () => writeOf(context, item));
      });
      const seenIds = new Set<string>();
      writes.forEach(({ address }, index) => {
        if (seenIds.has(address.record)) {
          throw new ConcordError('bad_request', { field: `records.${index}.id`, message: 'A batch may name a record once.' });
        }
        seenIds.add(address.record);
      });
      const rows = await write(
        principal,
        writes.map((one, index) => ({ ...one, check: (row, opened) => at(index, () => one.check(row, opened)) })),
      );
      const collection = schema.collections.get(name) as CollectionSchema;
      return rows.map((row) => seen(principal, collection, row));
    },
  };
}

/** Runs `check` on a batch's item; what refuses it names the item. */
function at<T>(index: number, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ConcordError)) throw error;
    const field = error.field === undefined ? `records.${index}` : `records.${index}.${error.field}`;
    throw new ConcordError(error.code, { message: error.message, field, limit: error.limit, cause: error });
  }
}

function firstRefusal(writes: readonly RecordWrite[], opened: readonly OpenedParts[]): ConcordError | undefined {
  for (const [index, { check }] of writes.entries()) {
    const parts = opened[index] as OpenedParts;
    try {
      check(parts.get(null)?.record.row, parts);
    } catch (error) {
      if (error instanceof ConcordError) return error;
      throw error;
    }
  }
  return undefined;
}
