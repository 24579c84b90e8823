import type { RecordView, ResetReason, SnapshotItem } from '@concord/protocol';
import { collection, defineConfig, field } from '@concord/schema';
import { expectTypeOf, it } from 'vitest';
import type { Change, ChangeEvent, Client, LiveQuery } from './index.ts';

const config = defineConfig({
  collections: {
    tickets: collection({ fields: { title: field.string({ required: true }), estimate: field.number() } }),
  },
});

it('tells changes apart by their types', () => {
  const look = (change: Change): void => {
    if (change.type === 'reset') {
      expectTypeOf(change.reason).toEqualTypeOf<ResetReason | 'interrupted'>();
      expectTypeOf(change.cursor).toEqualTypeOf<string>();
    } else if (change.type === 'snapshot') {
      expectTypeOf(change.items[0]).toEqualTypeOf<SnapshotItem | undefined>();
      expectTypeOf(change.cursor).toEqualTypeOf<undefined>();
    } else {
      expectTypeOf(change).toEqualTypeOf<ChangeEvent>();
      expectTypeOf(change.data).toEqualTypeOf<RecordView | undefined>();
    }
  };
  expectTypeOf(look).parameter(0).toEqualTypeOf<Change>();
});

it('knows the collections of a list, and what its records have', () => {
  const look = (client: Client<typeof config>): void => {
    const list = client.query('tickets', { sort: '-estimate' });
    expectTypeOf(list).toExtend<LiveQuery<{ readonly id: string; readonly title: string; readonly estimate: number | null }>>();
    expectTypeOf(list.get().total).toEqualTypeOf<number | undefined>();
    // @ts-expect-error there is no such collection
    client.query('tikets');
    // @ts-expect-error there is no such option
    client.query('tickets', { order: 'title' });
    expectTypeOf(client.changes({ since: 'now' })).toEqualTypeOf<AsyncIterable<Change>>();
  };
  expectTypeOf(look).parameter(0).toEqualTypeOf<Client<typeof config>>();
});
