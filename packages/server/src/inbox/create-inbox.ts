import { ConcordError, isName } from '@concord/protocol';
import type { CollectionSchema, Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Clock } from '../clock.ts';
import type { LogAddress } from '../logs/log-address.ts';
import type { EntryChange } from '../logs/log-index.ts';
import { logPrefix } from '../logs/log-keys.ts';
import { rowKey } from '../records/record-row.ts';
import { readable } from '../records/record-write.ts';
import { createInboxIndex, mentioned } from './inbox-index.ts';
import { cursorKey, followerKey, pointerKey } from './inbox-keys.ts';
import { decodeJson, encodeJson, type Follower } from './inbox-rows.ts';
import type { Inbox } from './inbox.ts';
import { LiveInbox, notificationsOf, readLogs } from './live-inbox.ts';
import { createMemberFollowers } from './member-followers.ts';
import { createInboxReader, type LogShare } from './read-inbox.ts';

export interface InboxOptions {
  readonly store: Store;
  readonly schema: Schema;
  readonly access: Access;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

/** So many logs are kept in memory of those that listeners follow. */
const maxShares = 1_000;

export function createInbox({ store, schema, access, clock, report }: InboxOptions): Inbox {
  const reader = createInboxReader({ store, schema, access });
  const listeners = new Set<LiveInbox>();
  const shares = new Map<string, LogShare>();
  let isClosed = false;

  function shareOf(address: LogAddress): LogShare {
    const key = logPrefix(address);
    const known = shares.get(key) ?? reader.share(address);
    shares.delete(key);
    shares.set(key, known);
    const [oldest = ''] = shares.keys();
    if (shares.size > maxShares) shares.delete(oldest);
    return known;
  }

  /** Something has changed in a log: for all who are told of it, and for those users, who may not know it yet. */
  function changed(address: LogAddress, users: ReadonlySet<string>): void {
    shares.delete(logPrefix(address));
    for (const listener of listeners) {
      const { account, user } = listener.principal;
      if (account === address.account && (users.has(user) || listener.knows(address))) listener.changed(address);
    }
  }

  function entriesChanged(changes: readonly EntryChange[]): void {
    for (const { address, after } of changes) changed(address, new Set([after.author, ...mentioned(after)]));
  }

  /** The log, if the principal may read it. Throws `not_found` and `record_deleted`. */
  async function logAt(principal: Principal, name: string, record: string, log: string): Promise<LogAddress> {
    const collection = schema.collections.get(name);
    if (collection?.logs.has(log) !== true || !isName('record', record)) throw new ConcordError('not_found');
    const address = { account: principal.account, collection: name, record, log };
    await checkReadable(principal, collection, address);
    return address;
  }

  async function checkReadable(principal: Principal, collection: CollectionSchema, address: LogAddress): Promise<void> {
    const { facts } = readable({ access, principal, collection }, await reader.share(address).record);
    if (!access.mayLog(principal, collection, address.log, 'read', facts)) throw new ConcordError('not_found');
  }

  async function followerOf(address: LogAddress, user: string): Promise<Follower | undefined> {
    const bytes = await store.get(followerKey(address, user));
    return bytes && decodeJson<Follower>(bytes);
  }

  const members = createMemberFollowers(store, schema);
  return {
    index: createInboxIndex(store, entriesChanged),
    members,

    async get(principal) {
      const logs = await reader.logsOf(principal.account, principal.user);
      const found = await readLogs(logs, (address) => reader.read(principal, address));
      const news = found.flatMap(([, one]) => one ?? []);
      return { items: news.map(({ item }) => item), notifications: notificationsOf(news) };
    },

    async read(principal, collection, record, log, { seq, thread = 0 }) {
      const address = await logAt(principal, collection, record, log);
      const { user } = principal;
      const head = await reader.share(address).head;
      if (seq > head) throw new ConcordError('bad_request', { field: 'seq', message: `The last entry is ${head}.` });
      const follower = await followerOf(address, user);
      if (follower === undefined || (thread !== 0 && follower.threads[thread] === undefined)) return;
      await store.commit([], (tx) => tx.put(cursorKey(address, user, thread), encodeJson(seq)));
      changed(address, new Set([user]));
    },

    async follow(principal, collection, record, log, level) {
      const address = await logAt(principal, collection, record, log);
      const { user } = principal;
      await store.lock(rowKey(address), async () => {
        const known = await followerOf(address, user);
        if (known?.level === level) return;
        const head = await reader.share(address).head;
        await store.commit([], (tx) => {
          tx.put(followerKey(address, user), encodeJson({ ...(known ?? { threads: {} }), level } satisfies Follower));
          if (known !== undefined) return;
          tx.put(pointerKey(address, user), new Uint8Array());
          tx.put(cursorKey(address, user, 0), encodeJson(head));
        });
      });
      changed(address, new Set([user]));
    },

    listen(principal, sink) {
      if (isClosed) {
        sink.end('closing');
        return { stop() {} };
      }
      const listener = new LiveInbox(principal, sink, { reader, clock, shareOf, report });
      listeners.add(listener);
      return {
        stop() {
          listener.stop();
          listeners.delete(listener);
          if (listeners.size === 0) shares.clear();
        },
      };
    },

    recordChanged(address) {
      const users = members.changed(address);
      for (const log of schema.collections.get(address.collection)?.logs.keys() ?? []) changed({ ...address, log }, users);
    },

    close() {
      isClosed = true;
      for (const listener of listeners) listener.end('closing');
    },

    reset() {
      shares.clear();
      for (const listener of listeners) listener.reset();
    },
  };
}
