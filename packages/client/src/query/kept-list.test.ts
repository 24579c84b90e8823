import { ConcordError, type RecordView } from '@concord/protocol';
import { expect, it, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import { createMemoryStorage } from '../device/memory-storage.ts';
import { createCell } from '../live.ts';
import type { QueryState } from '../query.ts';
import { keepList } from './kept-list.ts';

const row = (id: string): RecordView => ({ id, version: 1, createdAt: '', createdBy: '', updatedAt: '', updatedBy: '' });
const live = (...ids: string[]): QueryState<RecordView> => ({
  phase: 'live',
  items: ids.map(row),
  hasMore: false,
  total: ids.length,
});
const loading: QueryState<RecordView> = { phase: 'loading', items: [], hasMore: false };
const offline: QueryState<RecordView> = { ...loading, phase: 'offline' };

function visits() {
  const kept = createMemoryStorage();
  let nowMs = 0;
  const clock: Clock = { now: () => (nowMs += 1), after: () => () => undefined, random: () => 0 };
  const storage = () => Promise.resolve(kept);
  return {
    open(name = 'tickets') {
      const list = createCell(loading);
      return { list, shown: keepList(list, name, { storage, clock }) };
    },
    names: async () => (await kept.list<{ name: string }>('list/')).map(({ name }) => name),
  };
}

it('shows without a connection what the list held when it was last live, and gives it up once it is live again', async () => {
  const { open, names } = visits();
  const first = open();
  first.list.set(live('a', 'b'));
  first.shown.close();
  await vi.waitFor(async () => expect(await names()).toEqual(['tickets']));

  const { list, shown } = open();
  expect(shown.get()).toEqual(loading);
  list.set(offline);
  await vi.waitFor(() => expect(shown.get()).toEqual({ ...live('a', 'b'), phase: 'offline' }));
  list.set(live('c'));
  expect(shown.get()).toEqual(live('c'));
  list.set({ ...live('c'), phase: 'offline' });
  expect(shown.get().items.map(({ id }) => id)).toEqual(['c']);
});

it('forgets a list that is refused', async () => {
  const { open, names } = visits();
  const first = open();
  first.list.set(live('a'));
  first.shown.close();
  await vi.waitFor(async () => expect(await names()).toEqual(['tickets']));
  const second = open();
  second.list.set({ ...loading, phase: 'refused', error: new ConcordError('forbidden') });
  second.shown.close();
  await vi.waitFor(async () => expect(await names()).toEqual([]));
});

it('keeps the lists that were live last', async () => {
  const { open, names } = visits();
  for (let at = 0; at < 45; at += 1) {
    const { list, shown } = open(`list ${String(at).padStart(2, '0')}`);
    list.set(live('a'));
    shown.close();
  }
  await vi.waitFor(async () => {
    const kept = await names();
    expect(kept).toHaveLength(40);
    expect(kept.toSorted()[0]).toBe('list 05');
  });
});
