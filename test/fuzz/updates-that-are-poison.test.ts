import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { connected, flushed } from '../kit/providers.ts';
import { frames, openRawDocument } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { nestedElements, nestedList, raw, rawUpdate } from './raw-update.ts';
import { endpoints, expectEnd, openOn, startNeighbour, startWatched } from './watched-server.ts';

const document = 'acme/notes/n1';
const most = Number.MAX_SAFE_INTEGER;
const body = { root: 'body' } as const;

/** What Yjs decodes without complaint, and stumbles over later: at the next edit, or at every load. */
const poison: readonly (readonly [what: string, update: Uint8Array])[] = [
  ['nothing collected', rawUpdate({ structs: [raw.gc(0)] })],
  ['an empty text', rawUpdate({ structs: [raw.text('', body), raw.text('y', body)] })],
  ['nothing removed', rawUpdate({ structs: [raw.removed(0, body), raw.text('y', body)] })],
  ['no values', rawUpdate({ structs: [raw.values(0, body), raw.text('y', body)] })],
  ['nothing skipped', rawUpdate({ structs: [raw.skip(0), raw.text('y', body)] })],
  ['a clock at the end of numbers', rawUpdate({ clock: most, structs: [raw.text('y', body)] })],
  ['a span past the end of numbers', rawUpdate({ structs: [raw.gc(most), raw.gc(most)] })],
  ['a removed span past the end of numbers', rawUpdate({ structs: [raw.removed(most, body), raw.removed(5, body)] })],
  ['an empty deletion', rawUpdate({ deleted: [{ client: 7, clock: 0, length: 0 }] })],
  ['a deletion past the end of numbers', rawUpdate({ deleted: [{ client: 7, clock: most, length: most }] })],
  ['an item behind itself', rawUpdate({ structs: [raw.textBehind('y', 77, 0)] })],
  ['an item behind one of its author that is yet to come', rawUpdate({ structs: [raw.textBehind('y', 77, 500)] })],
  ['two rows of one author', rawUpdate({ structs: [raw.text('x', body)], more: [{ clock: 9, structs: [raw.text('y', body)] }] })],
  ['an item in itself', rawUpdate({ structs: [raw.element({ parent: [77, 0] })] })],
  ['a million values, of which one follows', rawUpdate({ structs: [raw.values(1_000_000, body, Uint8Array.of(126))] })],
  ['a list of lists, 300 deep', rawUpdate({ structs: [raw.values(1, body, nestedList(300))] })],
  ['a list of lists, 100,000 deep', rawUpdate({ structs: [raw.values(1, body, nestedList(100_000))] })],
  ['elements in elements, 300 deep', nestedElements(300, 77)],
  ['elements in elements, 50,000 deep', nestedElements(50_000, 77)],
];

describe.each(endpoints)('on /%s', (endpoint) => {
  it('refuses each update that would break the document later', async () => {
    const server = await startWatched();
    const neighbour = await startNeighbour(server, document);
    for (const [what, update] of poison) {
      const { client, address } = await openOn(endpoint, server, document);
      const edited = neighbour.edit();
      await expectEnd(server, client, frames.update(address, update), 'invalid_update').catch((error: unknown) => {
        throw new Error(what, { cause: error });
      });
      await edited;
    }
    await neighbour.expectUndisturbed();
    server.expectNoFaults();
  });
});

it('refuses what says otherwise of an item that is known, or that waits', async () => {
  const server = await startWatched();
  const neighbour = await startNeighbour(server, document);
  const beginning = rawUpdate({ structs: [raw.gc(2)] });
  const rest = rawUpdate({ structs: [raw.text('poison', body)] });
  const waiting = rawUpdate({ client: 78, clock: 1, structs: [raw.text('poison', body)] });
  const collected = rawUpdate({ client: 78, structs: [raw.gc(3)] });
  const elsewhere = rawUpdate({ client: 78, structs: [raw.text('yyy', { root: 'rich' })] });
  // The second of client 79 is applied while its first waits for client 80, and that for the third of client 79.
  const known = rawUpdate({ client: 79, structs: [raw.gc(1)] });
  const onWhatIsNotKnown = rawUpdate({
    client: 79,
    structs: [raw.textBehind('y', 80, 0), raw.textBehind('y', 79, 0)],
    more: [{ client: 80, structs: [raw.textBehind('y', 79, 2)] }],
  });
  for (const [first, second] of [
    [beginning, rest],
    [known, onWhatIsNotKnown],
    [waiting, collected],
    [waiting, elsewhere],
  ] as const) {
    const client = await openRawDocument(server, document);
    client.send(frames.update(document, first));
    await until('the ack', () => client.acks(document) === 1);
    await expectEnd(server, client, frames.update(document, second), 'invalid_update');
  }
  await neighbour.expectUndisturbed();
  await server.stop();
  const again = await startServer({ folder: server.folder });
  expect((await connected(again, document)).document.getText('body').toString()).toBe('x');
  server.expectNoFaults();
});

it('refuses types that are nested without end also where they come piece by piece, and the inner ones first', async () => {
  const server = await startWatched();
  const neighbour = await startNeighbour(server, document);
  const client = await openRawDocument(server, document);
  const pieces = Array.from({ length: 10 }, (_, piece) => nestedElements(100, 77, piece * 100));
  client.send(...pieces.toReversed().map((piece) => frames.update(document, piece)));
  expect((await client.ended()).reason).toBe('invalid_update');
  // What waits for the outer ones may be kept: nobody can see it, and it ends nobody's edits.
  await neighbour.edit();
  await server.stop();
  const again = await startServer({ folder: server.folder });
  const late = await connected(again, document);
  expect(late.document.getXmlFragment('notes').toString().length).toBeLessThan(3000);
  server.expectNoFaults();
});

it('keeps spans of any length without paying for it', async () => {
  const server = await startWatched();
  const client = await openRawDocument(server, document);
  const before = process.memoryUsage().heapUsed;
  const long = rawUpdate({ structs: [raw.gc(2 ** 40), raw.removed(2 ** 40, body)] });
  const far = rawUpdate({ client: 78, clock: 2 ** 50, structs: [raw.text('never', body)] });
  const gone = rawUpdate({ deleted: [{ client: 79, clock: 5, length: 2 ** 40 }] });
  client.send(...[long, far, gone].map((update) => frames.update(document, update)));
  await until('the acks', () => client.acks(document) === 3);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * 1024 * 1024);
  const late = await connected(server, document);
  late.document.getText('body').insert(0, 'still here');
  await flushed(late);
  await server.stop();
  const again = await startServer({ folder: server.folder });
  const other = await connected(again, document);
  expect(other.document.getText('body').toString()).toBe('still here');
  server.expectNoFaults();
});

it('[J6] keeps what waits for an update that never came, and shows it once that has come after a restart', async () => {
  const server = await startWatched();
  const neighbour = await startNeighbour(server, document);
  const author = new Y.Doc();
  const updates: Uint8Array[] = [];
  author.on('update', (update: Uint8Array) => updates.push(update));
  for (const word of ['one ', 'two ', 'three']) author.getText('body').insert(author.getText('body').length, word);
  const client = await openRawDocument(server, document);
  client.send(frames.update(document, updates[2] as Uint8Array), frames.update(document, updates[1] as Uint8Array));
  await until('the acks', () => client.acks(document) === 2);
  await neighbour.expectUndisturbed();
  await server.stop();
  const again = await startServer({ folder: server.folder });
  const second = await openRawDocument(again, document);
  second.send(frames.update(document, updates[0] as Uint8Array));
  const late = await connected(again, document);
  await until('the whole text', () => late.document.getText('body').toString().includes('one two three'));
  server.expectNoFaults();
});

it('takes any mutation of a good update, or refuses it by name; the document can be edited and loaded again', async () => {
  const server = await startWatched();
  const neighbour = await connected(server, document, { as: { user: 'neighbour' } });
  let ends = 0;
  neighbour.on('close', () => ends++);
  const good = goodUpdates();
  const mutation = fc.record({
    update: fc.constantFrom(...good),
    changes: fc.array(fc.record({ at: fc.nat(), kind: fc.constantFrom('flip', 'set', 'cut', 'insert'), byte: fc.nat(255) }), {
      minLength: 1,
      maxLength: 4,
    }),
  });
  await fc.assert(
    fc.asyncProperty(mutation, async ({ update, changes }) => {
      const client = await openRawDocument(server, document);
      client.send(frames.update(document, changes.reduce(mutate, update)), frames.flush(document, 1));
      await until('an answer', () => client.end ?? client.kinds(document).includes('stateless'));
      if (client.end !== undefined) expect(client.end.reason).toBe('invalid_update');
      client.socket.terminate();
      neighbour.document.getMap('fields').set('title', 'edited');
      await flushed(neighbour);
    }),
    { numRuns: 300 },
  );
  expect(ends).toBe(0);
  server.expectNoFaults();
  await server.stop();
  const again = await startServer({ folder: server.folder });
  const late = await connected(again, document);
  late.document.getText('body').insert(0, 'still here');
  await flushed(late);
});

/** Edits of every kind, one after the other, and all of them as one. */
function goodUpdates(): readonly Uint8Array[] {
  const author = new Y.Doc();
  author.clientID = 4711;
  const updates: Uint8Array[] = [];
  author.on('update', (update: Uint8Array) => updates.push(update));
  const text = author.getText('body');
  text.insert(0, 'hello world');
  text.delete(2, 3);
  text.insert(1, 'bold', { bold: true });
  author.getMap('fields').set('meta', { list: [1, 2.5, { deep: null }], big: 2 ** 40, yes: true });
  const paragraph = new Y.XmlElement('paragraph');
  author.getXmlFragment('rich').insert(0, [paragraph]);
  paragraph.insert(0, [new Y.XmlText('rich')]);
  paragraph.setAttribute('level', '2');
  const row = new Y.Map<unknown>([['item', 'lamp']]);
  author.getArray('lines').insert(0, [row]);
  row.set('item', 'desk');
  author.getArray('lines').delete(0, 1);
  return [...updates, Y.encodeStateAsUpdate(author)];
}

interface Change {
  readonly at: number;
  readonly kind: string;
  readonly byte: number;
}

function mutate(update: Uint8Array, { at, kind, byte }: Change): Uint8Array {
  const place = at % Math.max(1, update.length);
  if (kind === 'cut') return update.slice(0, place);
  if (kind === 'insert') return Uint8Array.of(...update.slice(0, place), byte, ...update.slice(place));
  const changed = update.slice();
  if (changed.length > 0) changed[place] = kind === 'set' ? byte : (changed[place] as number) ^ (1 << (byte & 7));
  return changed;
}
