import { collection, defineConfig, field } from '@concord/schema';
import { expectTypeOf, it } from 'vitest';
import type { Client } from './client.ts';
import type { LiveCounter, LiveList, LiveRecord, LiveSet } from './record.ts';
import type * as Y from 'yjs';

const config = defineConfig({
  collections: {
    tickets: collection({
      fields: {
        title: field.string({ required: true }),
        status: field.enum(['open', 'closed'], { default: 'open' }),
        estimate: field.number(),
        salary: field.number({ access: { read: ['hr'] } }),
        source: field.text(),
        notes: field.richText(),
        lines: field.list({ item: field.string() }),
        votes: field.counter(),
        tags: field.set(),
      },
    }),
    notes: collection({ fields: { body: field.text() } }),
  },
});

type Tickets = LiveRecord<typeof config, 'tickets'>;
declare const client: Client<typeof config>;

/** For the type checker alone: it is never called. */
function usage(ticket: Tickets): void {
  expectTypeOf(ticket.fields.get('title')).toEqualTypeOf<string | undefined>();
  expectTypeOf(ticket.fields.get('status')).toEqualTypeOf<'open' | 'closed' | undefined>();
  expectTypeOf(ticket.fields.get('estimate')).toEqualTypeOf<number | null | undefined>();
  ticket.fields.set('status', 'closed');
  ticket.fields.set('votes', { increment: 1 });
  // @ts-expect-error no value of the enum
  ticket.fields.set('status', 'opened');
  // @ts-expect-error no field
  ticket.fields.set('titel', 'x');
  // @ts-expect-error never null, as it is required
  ticket.fields.set('title', null);
  expectTypeOf(ticket.text('source')).toEqualTypeOf<Y.Text>();
  expectTypeOf(ticket.richText('notes')).toEqualTypeOf<Y.XmlFragment>();
  expectTypeOf(ticket.list('lines')).toEqualTypeOf<LiveList>();
  expectTypeOf(ticket.counter('votes')).toEqualTypeOf<LiveCounter>();
  expectTypeOf(ticket.set('tags')).toEqualTypeOf<LiveSet>();
  // @ts-expect-error not a text
  ticket.text('title');
  // @ts-expect-error not a rich text
  ticket.richText('source');
}

function usageOfClient(): void {
  expectTypeOf(client.record('tickets', '1')).toEqualTypeOf<Tickets>();
  // @ts-expect-error no collection
  client.record('ticket', '1');
  const query = client.query('tickets', { filter: "status = 'open'" });
  expectTypeOf(query.get().items[0]?.status).toEqualTypeOf<'open' | 'closed' | undefined>();
  client.commands.create('tickets', { title: 'New' });
  client.commands.update('tickets', '1', { estimate: null });
  // @ts-expect-error a create needs what is required
  client.commands.create('tickets', { status: 'open' });
}

it('types records, lists and commands by the config, of which nothing is shipped', () => {
  expectTypeOf(usage).toBeFunction();
  expectTypeOf(usageOfClient).toBeFunction();
});

it('takes any names where there is no config', () => {
  expectTypeOf<Parameters<Client['record']>>().toEqualTypeOf<[collection: string, id: string]>();
});
