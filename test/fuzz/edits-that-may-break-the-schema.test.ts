import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { collection, defineConfig, field, validateFields, readFields, type CollectionSchema } from '@concord/schema';
import { connected, flushed } from '../kit/providers.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const name = 'acme/guarded/g1';
const config = defineConfig({
  collections: {
    guarded: collection({
      fields: {
        title: field.string({ max: 4 }),
        status: field.enum(['open', 'closed']),
        estimate: field.number({ min: 0, max: 500 }),
        body: field.text({ max: 12 }),
        lines: field.list({ item: field.string({ max: 3 }), amount: field.number({ min: 0 }) }, { max: 3 }),
        votes: field.counter(),
        tags: field.set({ max: 3, maxLength: 3 }),
      },
      createOnConnect: true,
    }),
  },
});

interface Step {
  readonly who: number;
  readonly what: number;
  readonly at: number;
  readonly text: string;
  /** Whether all that this peer has typed is sent behind it. */
  readonly sends: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(2),
  what: fc.nat(99),
  at: fc.integer({ min: -300, max: 900 }),
  text: fc.constantFrom('a', 'bc', '🙂', 'long', 'x🙂🙂', 'much too long'),
  sends: fc.boolean(),
});

function edit(document: Y.Doc, { what, at, text }: Step): void {
  const fields = document.getMap('fields');
  const body = document.getText('body');
  const lines = document.getArray<unknown>('lines');
  const place = Math.abs(at);
  const first = lines.length === 0 ? undefined : lines.get(place % lines.length);
  const edits: readonly (() => void)[] = [
    () => fields.set('title', text),
    () => fields.set('title', at),
    () => fields.set('estimate', at),
    () => fields.set('status', at % 2 === 0 ? 'open' : text),
    () => fields.set(text, at),
    () => fields.delete('title'),
    () => body.insert(place % 2 === 0 ? 0 : body.length, text),
    () => body.insert(0, text),
    () => void (body.length > 0 && body.delete(0, body.length)),
    () => lines.insert(place % (lines.length + 1), [new Y.Map<unknown>([['item', text]])]),
    () => lines.push([new Y.Map<unknown>([['amount', at]]), new Y.Map<unknown>([['other', at]])]),
    () => lines.push([text]),
    () => void (first instanceof Y.Map && first.set('amount', at)),
    () => void (lines.length > 0 && lines.delete(place % lines.length, 1)),
    () => document.getMap('votes').set(at % 3 === 0 ? text : String(place), at % 5 === 0 ? at / 7 : at),
    () => document.getMap('tags').set(text, at % 4 === 0 ? at : true),
    () => document.getMap('tags').delete(text),
    () => document.getMap(text).set(text, at),
    () => document.getMap('fields').set('title', new Y.Map([['a', 1]])),
  ];
  document.transact(() => edits[what % edits.length]?.());
}

/** Whether everything that the document holds is what its schema allows: what is left of it once read is all of it. */
function expectValid(schema: CollectionSchema, document: Y.Doc): void {
  for (const [root, type] of document.share)
    if (!schema.fields.has(root) && root !== 'fields') expect([...type._map.values()].every(({ deleted }) => deleted)).toBe(true);
  const { votes, ...values } = readFields(schema, document);
  validateFields(schema, values, 'update');
  expect(values).toMatchObject(document.getMap('fields').toJSON());
  expect(document.getText('body').toString()).toBe(values['body']);
  expect([...document.getMap('tags').keys()].toSorted()).toEqual(values['tags']);
  expect(values['lines']).toMatchObject(document.getArray('lines').toJSON());
  const sums = Object.entries(document.getMap('votes').toJSON());
  expect(sums.every(([key, sum]) => /^\d+$/.test(key) && Number.isSafeInteger(sum))).toBe(true);
  expect(Number.isSafeInteger(votes)).toBe(true);
}

it('[R1] ends with the same everywhere, and with what the schema allows, however edits are made and arrive', async () => {
  const server = await startServer({ config });
  const schema = server.schema.collections.get('guarded') as CollectionSchema;
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const document = `${name}x${round++}`;
      // Offline peers: what they type is kept aside, and comes in the order of the steps that send it.
      const peers = ['ann', 'ben', 'cleo'].map((user) => ({ user, document: new Y.Doc() }));
      const watcher = await connected(server, document, { as: { user: 'watcher' } });
      const faults: unknown[] = [];
      watcher.document.on('update', () => {
        try {
          expectValid(schema, watcher.document);
        } catch (error) {
          faults.push(error);
        }
      });
      const send = async ({ user, document: own }: (typeof peers)[number]): Promise<void> => {
        const provider = await connected(server, document, { as: { user }, document: own });
        await flushed(provider);
        provider.configuration.websocketProvider.destroy();
        provider.destroy();
      };
      for (const one of steps) {
        const peer = peers[one.who] as (typeof peers)[number];
        edit(peer.document, one);
        if (one.sends) await send(peer);
      }
      for (const peer of [...peers, ...peers]) await send(peer);
      await flushed(watcher);
      const held = await until('the same everywhere', () => {
        const states = [watcher, ...peers].map(({ document: own }) => [
          ...['fields', 'votes', 'tags'].map((root) => own.getMap(root).toJSON()),
          own.getText('body').toString(),
          own.getArray('lines').toJSON(),
        ]);
        const [first, ...others] = states.map((state) => JSON.stringify(ordered(state)));
        return others.every((other) => other === first);
      });
      expect(held).toBe(true);
      expect(faults).toEqual([]);
      for (const { document: own } of peers) expectValid(schema, own);
      watcher.destroy();
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

/** Maps keep the order in which their entries came, which is no part of what they hold. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, inner]) => [key, ordered(inner)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
