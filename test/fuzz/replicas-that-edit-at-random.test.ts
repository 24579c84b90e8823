import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { HocuspocusProvider } from '@hocuspocus/provider';
import type { RecordView } from '@concord/protocol';
import { readFields, type CollectionSchema } from '@concord/schema';
import { connect, connected, flushed } from '../kit/providers.ts';
import { frames, openRawDocument, updatesOf } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { startWatched, type WatchedServer } from './watched-server.ts';

const name = 'acme/everything/e1';
const path = '/records/everything/e1';

interface Step {
  readonly who: number;
  readonly what: number;
  readonly at: number;
  readonly text: string;
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(2),
  what: fc.nat(99),
  at: fc.nat(1000),
  text: fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' }).map((text) => text.toWellFormed()),
});

const users = ['ann', 'ben', 'cleo'];

/** One edit by a person at a browser. */
function edit(document: Y.Doc, { what, at, text }: Step): void {
  const body = document.getText('body');
  const fields = document.getMap('fields');
  const lines = document.getArray<Y.Map<unknown>>('lines');
  const rich = document.getXmlFragment('rich');
  const edits: readonly (() => void)[] = [
    () => body.insert(boundary(body, at), text),
    () => body.delete(boundary(body, at), boundary(body, boundary(body, at) + 3) - boundary(body, at)),
    () => fields.set('name', text),
    () => fields.set('count', at),
    () => fields.set('done', at % 2 === 0),
    () => fields.set('kind', at % 2 === 0 ? 'a' : 'b'),
    () => fields.set('meta', { at, list: [text, null] }),
    () => fields.delete('meta'),
    () => lines.insert(at % (lines.length + 1), [new Y.Map<unknown>([['item', text]])]),
    () => void (lines.length > 0 && lines.get(at % lines.length).set('amount', at)),
    () => void (lines.length > 0 && lines.delete(at % lines.length, 1)),
    () => rich.insert(at % (rich.length + 1), [paragraph(text)]),
    () => void (rich.length > 0 && rich.delete(at % rich.length, 1)),
    () => textIn(rich, at)?.insert(0, text, at % 3 === 0 ? { bold: {} } : {}),
    () => formatFirst(textIn(rich, at), { italic: at % 2 === 0 ? {} : null }),
    () => document.getMap('tags').set(text, true),
    () => document.getMap('tags').delete([...document.getMap('tags').keys()][0] ?? ''),
    () => {
      const votes = document.getMap<number>('votes');
      votes.set(String(document.clientID), (votes.get(String(document.clientID)) ?? 0) + at);
    },
  ];
  document.transact(() => edits[what % edits.length]?.());
}

/** A place between two characters at `at` or behind it: no editor cuts one in half, which Yjs could not carry. */
function boundary(text: Y.Text, at: number): number {
  const shown = text.toString();
  const place = at > shown.length ? at % (shown.length + 1) : at;
  return /^[\uDC00-\uDFFF]/.test(shown.slice(place)) ? place + 1 : place;
}

function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement('paragraph');
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}

function formatFirst(text: Y.XmlText | undefined, attributes: object): void {
  const [first] = (text?.toDelta() ?? []) as readonly { readonly insert?: unknown }[];
  if (typeof first?.insert === 'string') text?.format(0, first.insert.length, attributes);
}

function textIn(fragment: Y.XmlFragment, at: number): Y.XmlText | undefined {
  const element = fragment.length === 0 ? undefined : fragment.get(at % fragment.length);
  const text = element instanceof Y.XmlElement && element.length > 0 ? element.get(0) : undefined;
  return text instanceof Y.XmlText ? text : undefined;
}

/** Another system that writes by REST. */
async function patch(server: WatchedServer, { what, at, text }: Step): Promise<void> {
  const doc = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] };
  const bodies = [
    { body: `${text} by REST ${at}` },
    { rich: doc },
    { lines: [{ item: text, amount: at }] },
    { tags: [text] },
    { votes: { increment: at } },
    { name: text, meta: { at } },
  ];
  await server.json('PATCH', path, bodies[what % bodies.length], { user: 'robot' });
}

it('ends with the same everywhere: in every replica, after a restart, and by REST', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 120 }), async (steps) => {
      const server = await startWatched();
      await server.json('POST', '/records/everything', { id: 'e1', name: 'as it was' });
      const replicas: HocuspocusProvider[] = [];
      for (const user of users) replicas.push(await connected(server, name, { as: { user } }));
      for (const one of steps) {
        const replica = replicas[one.who] as HocuspocusProvider;
        if (one.what < 88) edit(replica.document, one);
        else if (one.what < 92) await patch(server, one);
        else if (one.what < 95) replicas[one.who] = await left(server, replica, users[one.who] as string);
        else await flushed(replicas.find((other) => other.isSynced) ?? replica);
      }
      for (const replica of replicas) await until('the replica to be synced', () => replica.isSynced);
      for (const replica of replicas) await flushed(replica);
      const collection = server.schema.collections.get('everything') as CollectionSchema;
      const view = await until('the same everywhere', async () => {
        const [first, ...others] = replicas.map(({ document }) => JSON.stringify(readFields(collection, document)));
        const found = await server.json<RecordView>('GET', path);
        return others.every((other) => other === first) && JSON.stringify(fieldsOf(found, collection)) === first && found;
      });
      server.expectNoFaults();
      for (const replica of replicas) replica.destroy();
      await server.stop();

      const again = await startServer({ folder: server.folder });
      const late = await connected(again, name);
      expect(readFields(collection, late.document)).toEqual(fieldsOf(view, collection));
      expect(await again.json('GET', path)).toEqual(view);
      late.destroy();
      await again.stop();
    }),
    { numRuns: 15, endOnFailure: true },
  );
});

it('takes the tidying up that Yjs does by itself for an edit of whoever came before it', async () => {
  const server = await startWatched();
  await server.json('POST', '/records/everything', { id: 'e1' });
  const author = new Y.Doc();
  author.getXmlFragment('rich').insert(0, [paragraph('both')]);
  const base = Y.encodeStateAsUpdate(author);
  // Two people make the same words bold at once: one pair of marks is superfluous where both arrive.
  const bold = ['ann', 'ben'].map(() => {
    const document = new Y.Doc();
    Y.applyUpdate(document, base);
    const [update] = updatesOf(document, () => textIn(document.getXmlFragment('rich'), 0)?.format(0, 4, { bold: {} }));
    return update as Uint8Array;
  });
  const client = await openRawDocument(server, name, { user: 'ann' });
  client.send(...[base, ...bold].map((update) => frames.update(name, update)));
  await until('all acks', () => client.acks(name) === 3);
  const view = await until('the view', async () => {
    const found = await server.json<RecordView>('GET', path);
    return JSON.stringify(found['rich']).includes('bold') && found;
  });
  expect(view.updatedBy).toBe('ann');
  await server.stop();
  const again = await startServer({ folder: server.folder });
  expect(await again.json('GET', path)).toEqual(view);
  server.expectNoFaults();
});

/** Closes the connection in the middle of whatever it was doing, and opens another one with the same document. */
async function left(server: WatchedServer, replica: HocuspocusProvider, user: string): Promise<HocuspocusProvider> {
  const { document } = replica;
  // The stock provider cannot be closed while it connects: its socket would throw into nowhere.
  if (!replica.isSynced) return replica;
  replica.configuration.websocketProvider.destroy();
  replica.destroy();
  return await connect(server, name, { document, as: { user } });
}

function fieldsOf(view: RecordView, collection: CollectionSchema): Record<string, unknown> {
  return Object.fromEntries([...collection.fields.keys()].map((field) => [field, view[field]]));
}
