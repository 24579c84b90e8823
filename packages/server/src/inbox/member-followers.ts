import type { RecordAddress } from '@concord/protocol';
import type { CollectionSchema, Schema } from '@concord/schema';
import type { Store, Transaction } from '@concord/store';
import { readHead } from '../logs/log-reader.ts';
import { rowKey, type RecordRow } from '../records/record-row.ts';
import { cursorKey, followerKey, followersPrefix, lastStep, pointerKey } from './inbox-keys.ts';
import { encodeJson, type Follower } from './inbox-rows.ts';

/** What the store holds of one log when members come and go. */
interface Prepared {
  readonly head: number;
  /** Who follows it, as steps of keys. */
  readonly followers: ReadonlySet<string>;
}

/** Whoever becomes a member of a record follows its logs, from where they are then; whoever leaves does no more. */
export interface MemberFollowers {
  /** Under the record's lock, which is held until the commit is over, in front of one that may change its members. */
  prepare(address: RecordAddress): Promise<void>;
  /** Whatever became of that commit: what was read for it is let go. */
  release(address: RecordAddress): void;
  /** Within the build of a commit that changes the record. */
  write(tx: Transaction, address: RecordAddress, before: RecordRow | undefined, after: RecordRow): void;
  /** Who has come or gone since this was last asked. */
  changed(address: RecordAddress): ReadonlySet<string>;
}

export function createMemberFollowers(store: Store, schema: Schema): MemberFollowers {
  const prepared = new Map<string, ReadonlyMap<string, Prepared>>();
  const untold = new Map<string, Set<string>>();

  async function prepareLog(address: RecordAddress, log: string): Promise<Prepared> {
    const place = { ...address, log };
    const followers = new Set<string>();
    for await (const [key] of store.range({ prefix: followersPrefix(place) })) followers.add(lastStep(key));
    return { head: await readHead(store, place), followers };
  }

  return {
    async prepare(address) {
      const logs = [...(schema.collections.get(address.collection)?.logs.keys() ?? [])];
      const found = await Promise.all(logs.map(async (log) => [log, await prepareLog(address, log)] as const));
      prepared.set(rowKey(address), new Map(found));
    },
    write(tx, address, before, after) {
      const collection = schema.collections.get(address.collection);
      if (collection === undefined || collection.members === null || collection.logs.size === 0) return;
      const were = membersOf(before, collection);
      const are = membersOf(after, collection);
      const key = rowKey(address);
      const differing = [...are, ...were].filter((user) => are.has(user) !== were.has(user));
      if (differing.length > 0) untold.set(key, new Set([...(untold.get(key) ?? []), ...differing]));
      for (const log of collection.logs.keys()) {
        const place = { ...address, log };
        const { head, followers } = prepared.get(key)?.get(log) ?? { head: 0, followers: new Set() };
        for (const user of are) {
          if (were.has(user) || followers.has(lastStep(followerKey(place, user)))) continue;
          tx.put(followerKey(place, user), encodeJson({ level: 'all', threads: {} } satisfies Follower));
          tx.put(pointerKey(place, user), new Uint8Array());
          tx.put(cursorKey(place, user, 0), encodeJson(head));
        }
        for (const user of were) {
          if (are.has(user)) continue;
          tx.delete(followerKey(place, user));
          tx.delete(pointerKey(place, user));
        }
      }
    },
    release(address) {
      prepared.delete(rowKey(address));
    },
    changed(address) {
      const key = rowKey(address);
      const users = untold.get(key) ?? new Set();
      untold.delete(key);
      return users;
    },
  };
}

function membersOf(row: RecordRow | undefined, { members }: CollectionSchema): ReadonlySet<string> {
  const name = members?.name ?? '';
  return new Set(Object.keys(row?.parts?.[name]?.fields[name] ?? {}));
}
