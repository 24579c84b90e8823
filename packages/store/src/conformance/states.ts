import { expect } from 'vitest';
import type { Store } from '../store.ts';
import {
  append,
  bytes,
  codeOf,
  collect,
  expectRefused,
  fail,
  put,
  text,
  type ConformanceCheck,
  type StoreHarness,
} from './harness.ts';

type State = 'open' | 'failed' | 'reopened' | 'closed' | 'failed and then closed';

const enter: Record<State, (harness: StoreHarness) => Promise<void>> = {
  open: async () => {},
  failed: fail,
  reopened: async (harness) => {
    await fail(harness);
    await harness.store.reopen();
  },
  closed: ({ store }) => store.close(),
  'failed and then closed': async (harness) => {
    await fail(harness);
    await harness.store.close();
  },
};

/** Each operation, and what it says in a store that holds `key` and one entry in `log`. */
const operations: Record<
  string,
  { run: (store: Store) => Promise<unknown>; answer: unknown; kind: 'write' | 'read' | 'lock' | 'state' }
> = {
  commit: { run: (store) => store.commit(['log'], (tx) => tx.append('log', bytes('two'))), answer: 2, kind: 'write' },
  get: { run: async (store) => text(await store.get('key')), answer: 'key', kind: 'read' },
  range: { run: (store) => collect(store.range({})), answer: [['key', 'key']], kind: 'read' },
  entries: { run: (store) => collect(store.entries('log')), answer: [[1, 'one']], kind: 'read' },
  lastSeq: { run: (store) => store.lastSeq('log'), answer: 1, kind: 'read' },
  lock: { run: (store) => store.lock('name', async () => 'ran'), answer: 'ran', kind: 'lock' },
  lease: { run: async (store) => typeof (await store.lease('name'))?.release, answer: 'function', kind: 'lock' },
  reopen: { run: (store) => store.reopen(), answer: undefined, kind: 'state' },
  close: { run: (store) => store.close(), answer: undefined, kind: 'state' },
};

/** Every operation in every state. */
export const stateChecks: ConformanceCheck[] = Object.keys(enter).flatMap((name) =>
  Object.entries(operations).map(([operation, { run, answer, kind }]) => {
    const state = name as State;
    const closed = state === 'closed' || state === 'failed and then closed';
    const refused = closed ? operation !== 'close' : state === 'failed' && kind === 'write';
    /** A failed store may go on reading and locking, or not; if it answers, it answers right. */
    const mayBeRefused = state === 'failed' && (kind === 'read' || kind === 'lock');
    return {
      name: `${operation} of a store that is ${state} ${refused ? 'is refused' : mayBeRefused ? 'answers right or is refused' : 'works'}`,
      async run(harness) {
        const { store } = harness;
        await put(store, 'key');
        await append(store, 'log', 'one');
        await enter[state](harness);
        const result = run(store);
        if (refused || (mayBeRefused && (await codeOf(result)) === 'store_unavailable')) {
          await expectRefused(result, 'store_unavailable');
        } else {
          expect(await result).toEqual(answer);
        }
      },
    } satisfies ConformanceCheck;
  }),
);
