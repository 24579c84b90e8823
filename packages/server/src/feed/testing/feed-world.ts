import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeedEvent, Json, LogEntry, Operation, RecordView } from '@concord/protocol';
import { collection, compileConfig, defineConfig, field, type Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import { openLevelStore, type OpenDatabase } from '@concord/store/level';
import { entryKey } from '../../logs/log-keys.ts';
import { decodeLogRow, encodeJson } from '../../logs/log-row.ts';
import { entryEvent } from '../../records/entry-event.ts';
import { decodeRow, encodeRow, rowKey, type RecordRow } from '../../records/record-row.ts';
import { createBus, type Bus } from '../bus.ts';
import { createFeed, type FeedOptions } from '../create-feed.ts';
import type { EventDraft, Feed, Placed } from '../feed.ts';
import { loadMeta, type FeedMeta } from '../meta.ts';
import { ManualClock } from './manual-clock.ts';

export const testSchema: Schema = compileConfig(
  defineConfig({
    collections: {
      tickets: collection({
        fields: {
          title: field.string(),
          status: field.enum(['open', 'closed']),
          estimate: field.number(),
          comments: field.log(),
        },
      }),
      notes: collection({ fields: { title: field.string() } }),
      salaries: collection({ fields: { amount: field.number() }, access: { read: ['hr'] } }),
    },
  }),
  'concord.config.ts',
);

/** What a test leaves open. */
export type Closers = (() => Promise<unknown>)[];

export interface Change {
  readonly account?: string;
  readonly collection?: string;
  readonly record: string;
  readonly operation?: Operation;
  readonly fields?: { readonly [field: string]: Json };
}

/** A feed on a store of its own in a folder of its own, and records that are nothing but rows. */
export interface FeedWorld {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly bus: Bus;
  readonly meta: FeedMeta;
  readonly feed: Feed;
  /** Writes rows and events of one account in one commit, and publishes them. */
  write(...changes: readonly Change[]): Promise<readonly Placed[]>;
  /** Writes an entry of the comments on a ticket: its row and its event. A text that is null deletes it. */
  comment(record: string, seq: number, text: string | null): Promise<Placed>;
  /** As {@link FeedWorld.write}, but leaves the publishing to the test. */
  commit(...changes: readonly Change[]): Promise<readonly Placed[]>;
  row(address: Change): Promise<RecordRow | undefined>;
  view(account: string, collection: string, record: string): Promise<RecordView | undefined>;
}

export interface WorldOptions {
  readonly openDatabase?: OpenDatabase;
  readonly feed?: Partial<FeedOptions>;
}

export async function openWorld(closers: Closers, options: WorldOptions = {}): Promise<FeedWorld> {
  const path = await mkdtemp(join(tmpdir(), 'concord-feed-'));
  const store = await openLevelStore({ path, durability: 'os', openDatabase: options.openDatabase });
  closers.unshift(async () => {
    await store.close();
    await rm(path, { recursive: true });
  });
  const clock = new ManualClock();
  const bus = createBus();
  const meta = await loadMeta(store, 'a secret of the feed tests, 32 bytes');
  const feed = createFeed({ store, clock, bus, epoch: meta.epoch, ...options.feed });
  const rows = new Map<string, RecordRow>();

  async function commit(...changes: readonly Change[]): Promise<readonly Placed[]> {
    const account = changes[0]?.account ?? 'acme';
    return store.commit([feed.scope(account)], (tx) =>
      changes.map(({ collection = 'tickets', record, operation = 'update', fields = {} }) => {
        const address = { account, collection, record };
        const before = rows.get(rowKey(address));
        const version = (before?.view.version ?? 0) + 1;
        const at = new Date(clock.now()).toISOString();
        const view: RecordView = {
          id: record,
          version,
          createdAt: at,
          createdBy: 'alice',
          updatedAt: at,
          updatedBy: 'alice',
          ...fields,
        };
        const draft: EventDraft = {
          type: `${collection}.${operation}`,
          timestamp: at,
          collection,
          record,
          version,
          changed: Object.keys(fields),
          previous:
            before === undefined ? {} : Object.fromEntries(Object.keys(fields).map((name) => [name, before.view[name] ?? null])),
          actors: ['alice'],
          data: view,
          ...(before === undefined ? {} : { prior: before.lastEvent }),
        };
        const placed = feed.append(tx, account, draft);
        const row = { view, lastEvent: placed.seq, ...(operation === 'delete' ? { deleted: { at, by: 'alice' } } : {}) };
        rows.set(rowKey(address), row);
        tx.put(rowKey(address), encodeRow(row));
        return placed;
      }),
    );
  }

  async function comment(record: string, seq: number, text: string | null): Promise<Placed> {
    const address = { account: 'acme', collection: 'tickets', record, log: 'comments' };
    const key = entryKey(address, seq);
    const bytes = await store.get(key);
    const before = bytes && decodeLogRow(bytes).entry;
    const at = new Date(clock.now()).toISOString();
    const after: LogEntry = {
      id: `e${seq}`,
      seq,
      version: (before?.version ?? 0) + 1,
      author: 'bob',
      authorName: 'Bob',
      at,
      text: text ?? '',
      ...(text === null ? { deletedAt: at, deletedBy: 'bob' } : {}),
    };
    const placed = await store.commit([feed.scope('acme')], (tx) => {
      const draft = entryEvent(address, { log: 'comments', before, after, actor: 'bob' }, at);
      const appended = feed.append(tx, 'acme', draft);
      tx.put(key, encodeJson({ entry: after, lastEvent: appended.seq }));
      return appended;
    });
    feed.published('acme', [placed]);
    return placed;
  }

  async function row({ account = 'acme', collection = 'tickets', record }: Change): Promise<RecordRow | undefined> {
    const bytes = await store.get(rowKey({ account, collection, record }));
    return bytes && decodeRow(bytes);
  }

  return {
    clock,
    store,
    bus,
    meta,
    feed,
    commit,
    comment,
    row,
    async write(...changes) {
      const placed = await commit(...changes);
      feed.published(changes[0]?.account ?? 'acme', placed);
      return placed;
    },
    view: async (account, collection, record) => (await row({ account, collection, record }))?.view,
  };
}

/** What a reader that started with nothing holds after these events. */
export function stateAfter(
  events: readonly Pick<FeedEvent, 'type' | 'collection' | 'record' | 'data'>[],
): Map<string, RecordView | undefined> {
  const state = new Map<string, RecordView | undefined>();
  for (const { type, collection, record, data } of events) {
    const key = `${collection}/${record}`;
    if (type.endsWith('.delete')) state.delete(key);
    else state.set(key, data);
  }
  return new Map([...state].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
