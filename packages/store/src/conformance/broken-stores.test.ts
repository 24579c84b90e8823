import { expect, it } from 'vitest';
import { conformanceChecks } from '../conformance.ts';
import type { Database, OpenDatabase } from '../level/database.ts';
import { openDatabase } from '../level/database.ts';
import { openLevelHarness } from '../level/level-harness.ts';
import type { KeyRange, Store, Transaction } from '../store.ts';

/** Stores that are broken on purpose, and the check that must find each out. */
interface BrokenStore {
  readonly how: string;
  readonly found: string;
  readonly disguise?: (store: Store) => Store;
  readonly database?: (database: Database) => Database;
}

const brokenStores: BrokenStore[] = [
  {
    how: 'loses one write of a batch',
    found: 'a commit writes all that its build wrote, and returns what it returned',
    disguise: withTransaction((tx) => {
      let puts = 0;
      return { ...bound(tx), put: (key, value) => void (++puts === 2 || tx.put(key, value)) };
    }),
  },
  {
    how: 'uses the numbers of removed entries again',
    found: 'a number is never used again, whatever is removed, after reopening neither',
    database: (database) => ({
      ...database,
      write(group, sync) {
        const kept = group.keys.flatMap((key, i) => (key.startsWith('n') ? [] : [i]));
        return database.write(
          { keys: kept.map((i) => group.keys[i] as string), values: kept.map((i) => group.values[i]), bytes: group.bytes },
          sync,
        );
      },
    }),
  },
  {
    how: 'resolves before it has written',
    found: '[J3] when a group fails, each of its commits is told that its outcome is unknown',
    disguise: withCommit(
      (store, scopes, build) =>
        new Promise((resolve, reject) => {
          const tell = (tx: Transaction) => {
            const result = build(tx);
            resolve(result);
            return result;
          };
          store.commit(scopes, tell).catch(reject);
        }),
    ),
  },
  {
    how: 'runs builds twice',
    found: 'builds are called once each, in the order of the commits, each to its end before the next',
    disguise: withCommit((store, scopes, build) =>
      store.commit(scopes, (tx) => {
        build(tx);
        return build(tx);
      }),
    ),
  },
  {
    how: 'runs builds out of order',
    found: 'builds are called once each, in the order of the commits, each to its end before the next',
    disguise: reversed,
  },
  {
    how: 'runs builds at the call',
    found: 'a build is not called before the group ahead of it is through, and sees what was then true',
    disguise: withCommit((store, scopes, build) => {
      const puts: [string, Uint8Array][] = [];
      const result = build({ put: (key, value) => puts.push([key, value]), delete: () => {}, append: () => 0, remove: () => {} });
      return store.commit(scopes, (tx) => {
        for (const [key, value] of puts) tx.put(key, value);
        return result;
      });
    }),
  },
  {
    how: 'resolves commits out of order',
    found: 'commits resolve in the order in which they were asked for',
    disguise: (store) => {
      let count = 0;
      return withCommit(async (inner, scopes, build) => {
        const late = count++ % 2 === 0;
        const result = await inner.commit(scopes, build);
        if (late) await new Promise((resolve) => setImmediate(resolve));
        return result;
      })(store);
    },
  },
  {
    how: 'writes what a build wrote before it threw',
    found: 'a build that throws is rejected alone: nothing of it is written, no number is used, the rest goes on',
    disguise: withCommit(async (store, scopes, build) => {
      const outcome = await store.commit(scopes, (tx) => {
        try {
          return { result: build(tx) };
        } catch (error) {
          return { error: error as Error };
        }
      });
      if ('result' in outcome) return outcome.result;
      throw outcome.error;
    }),
  },
  {
    how: 'lets one broken build take its group along',
    found: 'a build that throws is rejected alone: nothing of it is written, no number is used, the rest goes on',
    disguise: (store) => {
      let broken: Error | undefined;
      return withCommit((inner, scopes, build) =>
        inner.commit(scopes, (tx) => {
          if (broken !== undefined) throw broken;
          try {
            return build(tx);
          } catch (error) {
            broken = error as Error;
            throw error;
          }
        }),
      )(store);
    },
  },
  {
    how: 'swallows errors',
    found: '[J3] when a group fails, each of its commits is told that its outcome is unknown',
    disguise: withCommit((store, scopes, build) => store.commit(scopes, build).catch(() => undefined as never)),
  },
  {
    how: 'goes on writing after a failure',
    found: '[J3] what waits behind a failed group is refused, not written, and so is all that follows until it is reopened',
    disguise: withCommit(async (store, scopes, build) => {
      try {
        return await store.commit(scopes, build);
      } catch (error) {
        await store.reopen();
        throw error;
      }
    }),
  },
  {
    how: 'applies deletions last',
    found: 'the last write of a key wins, within a build and across the builds of a group',
    disguise: withCommit((store, scopes, build) =>
      store.commit(scopes, (tx) => {
        const deleted: string[] = [];
        const result = build({ ...bound(tx), delete: (key) => deleted.push(key) });
        for (const key of deleted) tx.delete(key);
        return result;
      }),
    ),
  },
  {
    how: 'has locks that do not exclude',
    found: 'holders of one name take turns, one at a time and in the order of their calls',
    disguise: (store) => over(store, { lock: (_name, work) => work() }),
  },
  {
    how: 'keeps a lock whose holder threw',
    found: 'a lock is passed on when its holder throws, and the holder is told',
    disguise: (store) => {
      let broken = false;
      return over(store, {
        lock: (name, work) =>
          store.lock(name, async () => {
            if (broken) throw new Error('still locked');
            try {
              return await work();
            } catch (error) {
              broken = true;
              throw error;
            }
          }),
      });
    },
  },
  {
    how: 'gives a lease to everyone',
    found: 'a lease has one holder until it is released',
    disguise: (store) => over(store, { lease: async () => ({ release: async () => {} }) }),
  },
  {
    how: 'reads what is there now instead of a snapshot',
    found: 'a read is a snapshot: what is committed meanwhile does not appear in it',
    disguise: (store) => over(store, { range: (range) => readNow(store, range) }),
  },
  {
    how: "orders keys by JavaScript's own order",
    found: 'keys are ordered by their UTF-8 bytes',
    disguise: (store) => over(store, { range: (range) => readSorted(store, range) }),
  },
  {
    how: 'forgets what is queued when it closes',
    found: 'closing writes what is queued',
    disguise: withCommit(async (store, scopes, build) => {
      await new Promise((resolve) => setImmediate(resolve));
      return store.commit(scopes, build);
    }),
  },
  {
    how: 'still answers when it is closed',
    found: 'get of a store that is closed is refused',
    disguise: (store) => over(store, { get: (key) => store.get(key).catch(() => undefined) }),
  },
];

it.for(brokenStores.map((broken) => [broken.how, broken] as const))('the suite finds out a store that %s', async ([, broken]) => {
  const check = conformanceChecks.find(({ name }) => name === broken.found);
  expect(check, `there is no check "${broken.found}"`).toBeDefined();
  const { database } = broken;
  const open: OpenDatabase | undefined = database && (async (path) => database(await openDatabase(path)));
  const harness = await openLevelHarness('os', broken.disguise, open);
  try {
    await expect(check?.run(harness)).rejects.toThrow(/expected/);
  } finally {
    await harness.cleanup();
  }
});

it('the suite has no fault to find with a store that is merely disguised', async () => {
  const plain = withCommit((store, scopes, build) => store.commit(scopes, build));
  for (const name of new Set(brokenStores.map(({ found }) => found))) {
    const harness = await openLevelHarness('os', plain);
    try {
      await conformanceChecks.find((check) => check.name === name)?.run(harness);
    } finally {
      await harness.cleanup();
    }
  }
});

/** `store` but for what `changes` puts in its place. */
function over(store: Store, changes: Partial<Store>): Store {
  return {
    durability: store.durability,
    commit: (scopes, build) => store.commit(scopes, build),
    get: (key) => store.get(key),
    range: (range) => store.range(range),
    entries: (scope, range) => store.entries(scope, range),
    lastSeq: (scope) => store.lastSeq(scope),
    lock: (name, work) => store.lock(name, work),
    lease: (name) => store.lease(name),
    reopen: () => store.reopen(),
    close: () => store.close(),
    onGroup: (listener) => store.onGroup(listener),
    ...changes,
  };
}

type Commit = <T>(store: Store, scopes: readonly string[], build: (tx: Transaction) => T) => Promise<T>;

function withCommit(commit: Commit): (store: Store) => Store {
  return (store) => over(store, { commit: (scopes, build) => commit(store, scopes, build) });
}

function withTransaction(change: (tx: Transaction) => Transaction): (store: Store) => Store {
  return withCommit((store, scopes, build) => store.commit(scopes, (tx) => build(change(tx))));
}

function bound(tx: Transaction): Transaction {
  return {
    put: (key, value) => tx.put(key, value),
    delete: (key) => tx.delete(key),
    append: (scope, value) => tx.append(scope, value),
    remove: (scope, seq) => tx.remove(scope, seq),
  };
}

/** Hands on the commits of each turn last one first. */
function reversed(store: Store): Store {
  let waiting: (() => void)[] = [];
  return withCommit(
    (inner, scopes, build) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) {
          queueMicrotask(() => {
            for (const go of waiting.reverse()) go();
            waiting = [];
          });
        }
        waiting.push(() => void inner.commit(scopes, build).then(resolve, reject));
      }),
  )(store);
}

async function* readNow(store: Store, range: KeyRange): AsyncGenerator<readonly [string, Uint8Array]> {
  for await (const [key, value] of store.range(range)) yield [key, (await store.get(key)) ?? value];
}

async function* readSorted(store: Store, range: KeyRange): AsyncGenerator<readonly [string, Uint8Array]> {
  const all: (readonly [string, Uint8Array])[] = [];
  for await (const pair of store.range(range)) all.push(pair);
  yield* all.sort(([a], [b]) => (a < b ? -1 : 1));
}
