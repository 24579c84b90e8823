import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { launchBrowser } from '../kit/browser.ts';
import { openInBrowser, openMemory, type OpenStorageUnderTest, type StorageUnderTest } from '../kit/device-storage.ts';
import { seededRandom } from '../kit/random.ts';

/** An update that says one thing. */
function saying(what: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap('said').set(what, true);
  return Y.encodeStateAsUpdate(doc);
}

/** What updates say, in order. */
function said(...updates: readonly (Uint8Array | null)[]): string[] {
  const doc = new Y.Doc();
  for (const update of updates) if (update !== null) Y.applyUpdate(doc, update);
  return [...doc.getMap('said').keys()].toSorted();
}

async function kept(
  { storage }: Pick<StorageUnderTest, 'storage'>,
  document: string,
): Promise<[all: string[], unsaved: string[]]> {
  const { state, unsaved } = await storage.load(document);
  return [said(state), said(...unsaved.map(({ update }) => update))];
}

const kinds: readonly (readonly [string, () => Promise<OpenStorageUnderTest>])[] = [
  ['memory', async () => openMemory],
  ['IndexedDB', async () => openInBrowser(await launchBrowser())],
];

describe.each(kinds)('what a device keeps in %s', (_kind, opener) => {
  it('is what the server said and what was edited here, until that is saved', async () => {
    const device = await (await opener())();
    const { storage } = device;
    expect(await storage.load('a/b/c')).toEqual({ state: null, unsaved: [] });

    await storage.append('a/b/c', saying('server'));
    const first = await storage.appendLocal('a/b/c', saying('first'));
    const second = await storage.appendLocal('a/b/c', saying('second'));
    await storage.append('a/b/d', saying('other'));
    await device.reload();
    expect(await kept(device, 'a/b/c')).toEqual([
      ['first', 'second', 'server'],
      ['first', 'second'],
    ]);
    expect(await storage.unsaved()).toEqual(['a/b/c']);

    await storage.settle('a/b/c', [first]);
    expect(await kept(device, 'a/b/c')).toEqual([['first', 'second', 'server'], ['second']]);
    await storage.settle('a/b/c', [second, first, 12_345]);
    await device.reload();
    expect(await kept(device, 'a/b/c')).toEqual([['first', 'second', 'server'], []]);
    expect(await storage.unsaved()).toEqual([]);
    expect(await kept(device, 'a/b/d')).toEqual([['other'], []]);
  });

  it('is erased by document, but for what is unsaved where that is asked for', async () => {
    const device = await (await opener())();
    const { storage } = device;
    for (const document of ['a/b/c', 'a/b/d', 'a/b/e']) await storage.append(document, saying('server'));
    for (const document of ['a/b/c', 'a/b/d']) await storage.appendLocal(document, saying('mine'));

    await storage.erase('a/b/c');
    await storage.erase('a/b/d', { keepUnsaved: true });
    await storage.erase('a/b/e', { keepUnsaved: true });
    await storage.erase('a/b/f');
    expect(await storage.load('a/b/c')).toEqual({ state: null, unsaved: [] });
    expect(await kept(device, 'a/b/d')).toEqual([['mine'], ['mine']]);
    expect(await storage.load('a/b/e')).toEqual({ state: null, unsaved: [] });
    expect(await storage.unsaved()).toEqual(['a/b/d']);
  });

  it('is small values by name, too', async () => {
    const { storage, other, reload } = await (await opener())();
    const value = { list: [1, 'two', null], bytes: new Uint8Array([3]) };
    await storage.put('outbox/2', value);
    await storage.put('outbox/10', 'ten');
    await storage.put('outbox', 'not of it');
    await storage.put('outboy/1', 'nor this');
    value.list = [];
    await reload();
    expect(await other.list('outbox/')).toEqual(['ten', { list: [1, 'two', null], bytes: new Uint8Array([3]) }]);
    await other.put('outbox/2', undefined);
    expect(await storage.get('outbox/2')).toBeUndefined();
    expect(await storage.get('outbox')).toBe('not of it');
    expect(await storage.get('never')).toBeUndefined();
  });

  it('is bounded: what was used least lately goes first, and nothing that is unsaved or open', async () => {
    const small = saying('1');
    const large = saying('l'.repeat(1_000));
    const limits = { maxDocuments: 4, maxBytes: large.byteLength + 2 * small.byteLength };
    const { storage, reload } = await (await opener())({ limits, held: ['a/b/open'] });
    await storage.append('a/b/open', small);
    await storage.appendLocal('a/b/unsaved', small);
    for (const document of ['a/b/1', 'a/b/2', 'a/b/3']) await storage.append(document, small);
    await storage.load('a/b/1');
    await reload();
    await storage.load('a/b/3');
    const there = async (): Promise<string[]> => {
      const names = ['a/b/open', 'a/b/unsaved', 'a/b/1', 'a/b/2', 'a/b/3', 'a/b/large'];
      const states = [];
      for (const name of names) states.push((await storage.load(name)).state === null ? [] : [name]);
      return states.flat();
    };
    await expect.poll(there).toEqual(['a/b/open', 'a/b/unsaved', 'a/b/1', 'a/b/3']);

    await storage.append('a/b/large', large);
    await reload();
    await storage.load('a/b/large');
    await expect.poll(there).toEqual(['a/b/open', 'a/b/unsaved', 'a/b/large']);
  });

  it('is whole after any order of appends, settlements, erasures, compactions and reloads, by two tabs', async () => {
    const random = seededRandom();
    const device = await (await opener())();
    const documents = ['a/b/1', 'a/b/2'];
    /** By document: what is said, and under which key where it is unsaved. */
    const model = new Map<string, Map<string, number | null>>(documents.map((document) => [document, new Map()]));
    const log: string[] = [];

    for (let step = 0; step < 150; step++) {
      const document = random.pick(documents);
      const all = model.get(document) as Map<string, number | null>;
      const storage = random.pick([device.storage, device.other]);
      const operation = random.pick(['append', 'local', 'local', 'settle', 'settle', 'many', 'load', 'load', 'erase', 'reload']);
      log.push(`${operation} ${document}`);
      if (operation === 'append') {
        await storage.append(document, saying(`${step}`));
        all.set(`${step}`, null);
      } else if (operation === 'local') {
        all.set(`${step}`, await storage.appendLocal(document, saying(`${step}`)));
      } else if (operation === 'many') {
        // So many that the next load compacts them.
        const names = Array.from({ length: 51 }, (_, index) => `${step}.${index}`);
        await Promise.all(names.map((name) => storage.append(document, saying(name))));
        for (const name of names) all.set(name, null);
      } else if (operation === 'settle') {
        const settled = [...all].filter(([, key]) => key !== null && random.below(2) === 0);
        await storage.settle(
          document,
          settled.map(([, key]) => key as number),
        );
        for (const [name] of settled) all.set(name, null);
      } else if (operation === 'erase') {
        const keepUnsaved = random.below(2) === 0;
        await storage.erase(document, { keepUnsaved });
        for (const [name, key] of all) if (key === null || !keepUnsaved) all.delete(name);
      } else if (operation === 'reload') {
        await device.reload();
      } else {
        const expected = [[...all.keys()], [...all].flatMap(([name, key]) => (key === null ? [] : [name]))];
        const why = `CONCORD_SEED=${random.seed}: ${log.join(', ')}`;
        expect(await kept({ storage }, document), why).toEqual(expected.map((names) => names.toSorted()));
        const unsaved = documents.filter((name) => [...(model.get(name)?.values() ?? [])].some((key) => key !== null));
        expect((await storage.unsaved()).toSorted(), why).toEqual(unsaved);
      }
    }
  });
});
