import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import * as decoding from 'lib0/decoding';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { RecordView } from '@concord/protocol';
import { verifyStore } from '@concord/server';
import { faultyDatabase } from '@concord/store/faults';
import { openLevelStore } from '@concord/store/level';
import { startProcess, verifyFolder, type ServerProcess } from '../kit/server-process.ts';
import { startServer } from '../kit/server.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { readAnew } from './load/document-readers.ts';
import { createLedger, markersIn, type Ledger } from './load/ledger.ts';
import { createRandom } from './load/random.ts';
import { tokenFrame, updateFrame } from './load/raw-writer.ts';

const kills = Number(process.env['CONCORD_CRASH_KILLS'] ?? 5);
const name = 'acme/tickets/large';
const messageSyncStatus = 8;

interface Writer {
  /** How many of its edits have been acknowledged. */
  readonly acknowledged: number;
  /** Resolves once the socket is closed, by whomever. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Writes edits of a hundred characters each, so many at a time, each of them a journal entry or part of one. */
async function write(server: Pick<ServerProcess, 'wsUrl'>, ledger: Ledger, windowUpdates: number): Promise<Writer> {
  const token = await tokenFor();
  const socket = new WebSocket(`${server.wsUrl}/sync`);
  onTestFinished(() => socket.terminate());
  const document = new Y.Doc();
  const text = document.getText('body');
  const waiting: string[] = [];
  let acknowledged = 0;
  const send = (): void => {
    const marker = ledger.marker();
    const before = Y.encodeStateVector(document);
    text.insert(text.length, marker + 'x'.repeat(100));
    waiting.push(marker);
    socket.send(updateFrame(name, Y.encodeStateAsUpdate(document, before)));
  };
  socket.on('open', () => {
    socket.send(tokenFrame(name, token));
    for (let i = 0; i < windowUpdates; i++) send();
  });
  socket.on('message', (bytes: Buffer) => {
    const decoder = decoding.createDecoder(bytes);
    decoding.readVarString(decoder);
    if (decoding.readVarUint(decoder) !== messageSyncStatus) return;
    ledger.acknowledge(name, waiting.shift() as string);
    acknowledged++;
    if (socket.readyState === WebSocket.OPEN) send();
  });
  socket.on('error', () => undefined);
  return {
    get acknowledged() {
      return acknowledged;
    },
    closed: new Promise((resolve) => socket.on('close', () => resolve())),
    close: () => socket.close(),
  };
}

function lostOf(ledger: Ledger, text: string): string[] {
  const there = new Set(markersIn(text));
  return [...ledger.owed(name)].filter((marker) => !there.has(marker));
}

interface Stored {
  readonly snapshotBytes: number;
  readonly entries: number;
}

async function storedOf(path: string): Promise<Stored> {
  const store = await openLevelStore({ path });
  const snapshot = await store.get(`snapshot/${name}`);
  let entries = 0;
  for await (const _entry of store.entries(`journal/${name}`)) entries++;
  await store.close();
  return { snapshotBytes: snapshot?.byteLength ?? 0, entries };
}

/** Larger than what is compacted in one go: a worker puts it together while edits go on. */
const largeChars = 900_000;

it(`[J4] loses nothing in ${kills} kills while a large part is being compacted again and again`, async () => {
  const random = createRandom('kill -9 while compacting');
  const ledger = createLedger();
  const folder = await temporaryFolder();
  const token = await tokenFor();
  let server = await startProcess({ folder });
  await server.json('POST', '/records/tickets', { id: 'large', title: 'A large one', body: '='.repeat(largeChars) });
  let compactions = 0;
  let before: Stored = { snapshotBytes: 0, entries: 0 };
  for (let kill = 1; kill <= kills; kill++) {
    // One update at a time, so that each is an entry of its own and the tail soon has too many of them.
    const writer = await write(server, ledger, 1);
    // A tail of 512 entries is compacted: somewhere about that it ends.
    const enough = 500 + random.below(100);
    await until('enough to be acknowledged', () => writer.acknowledged >= enough);
    await after(random.below(50));
    await server.kill();
    await writer.closed;

    const copy = await temporaryFolder();
    await cp(folder, copy, { recursive: true });
    expect(await verifyFolder(copy)).toMatchObject({ code: 0, stdout: expect.stringMatching(/: no problems\n$/) as string });
    const stored = await storedOf(join(copy, 'store'));
    if (stored.snapshotBytes !== before.snapshotBytes) compactions++;
    before = stored;
    // What a load reads stays bounded, however often it was interrupted.
    expect(stored.entries).toBeLessThan(3000);

    server = await startProcess({ folder });
    const anew = await readAnew({ server, token }, [name]);
    const text = anew.get(name)?.getText('body').toString() ?? '';
    expect(lostOf(ledger, text)).toEqual([]);
    expect(text.replaceAll(/[^=]/g, '').length).toBe(largeChars);
    expect((await server.json<RecordView>('GET', '/records/tickets/large'))['body']).toBe(text);
  }
  expect(compactions).toBeGreaterThan(0);
  expect(await server.terminate()).toMatchObject({ code: 0 });
  expect(await verifyFolder(folder)).toMatchObject({ code: 0 });
  console.log(`${kills} kills: ${ledger.acknowledged} acknowledged edits, compacted between ${compactions} of them. Lost: 0`);
});

it('[J4] leaves either the journal or the snapshot, whole, at each end of the commit that replaces one by the other', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'data');
  const copies: { readonly path: string; readonly owed: readonly string[] }[] = [];
  const ledger = createLedger();
  const { openDatabase } = faultyDatabase();
  const server = await startServer({
    store: {
      path,
      async openDatabase(where) {
        const database = await openDatabase(where);
        /** What a process that ended now would leave behind. */
        const keep = async (): Promise<void> => {
          const copy = join(folder, `copy-${copies.length}`);
          copies.push({ path: copy, owed: [...ledger.owed(name)] });
          await cp(path, copy, { recursive: true });
        };
        return {
          ...database,
          async write(writes, sync) {
            const compacts = copies.length < 6 && writes.keys.some((key) => key.includes('snapshot/'));
            if (!compacts) return database.write(writes, sync);
            const copied = { ...writes, keys: [...writes.keys], values: writes.values.map((value) => value?.slice()) };
            await keep();
            await database.write(copied, sync);
            return keep();
          },
        };
      },
    },
  });
  await server.json('POST', '/records/tickets', { id: 'large', title: 'A large one', body: '='.repeat(largeChars) });
  const writer = await write(server, ledger, 1);
  await until('three compactions', () => copies.length >= 6);
  writer.close();
  await writer.closed;
  await server.stop();

  const found: Stored[] = [];
  for (const copy of copies) {
    found.push(await storedOf(copy.path));
    const store = await openLevelStore({ path: copy.path });
    const { problems } = await verifyStore({ store, schema: server.schema });
    await store.close();
    expect(problems).toEqual([]);
    const again = await startServer({ store: { path: copy.path } });
    const view = await again.json<RecordView>('GET', '/records/tickets/large');
    const there = new Set(markersIn(view['body'] as string));
    expect(copy.owed.filter((marker) => !there.has(marker))).toEqual([]);
    await again.stop();
  }
  // Each pair is before and after: the same part, from many entries or from one snapshot and few.
  expect(found.map(({ snapshotBytes }, index) => snapshotBytes > (found[index - 1]?.snapshotBytes ?? -1))).toEqual([
    true,
    true,
    false,
    true,
    false,
    true,
  ]);
});
