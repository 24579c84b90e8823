import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { HocuspocusProvider } from '@hocuspocus/provider';
import { expect, it, onTestFinished } from 'vitest';
import type { LogEntry } from '@concord/protocol';
import { verifyStore } from '@concord/server';
import { faultyDatabase } from '@concord/store/faults';
import { openLevelStore } from '@concord/store/level';
import logs from '../kit/logs.config.ts';
import { logClient } from '../kit/logs.ts';
import { connect } from '../kit/providers.ts';
import { startProcess, verifyFolder, type ServerProcess } from '../kit/server-process.ts';
import { startServer } from '../kit/server.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { until } from '../kit/until.ts';
import { createRandom } from './load/random.ts';

const kills = Math.max(2, Math.round(Number(process.env['CONCORD_CRASH_KILLS'] ?? 5) / 2));
const config = join(import.meta.dirname, '../kit/logs.config.ts');
const writers = 6;
const maxDelayMs = 400;

it(`[J1] [L1] [L2] keeps every entry that was answered or shown once, in its place, over ${kills} kills`, async () => {
  const random = createRandom('kill -9 while people talk');
  const folder = await temporaryFolder();
  let server = await startProcess({ folder, config });
  await server.json('POST', '/records/tickets', { id: 't1' });
  /** Every entry that somebody was answered, or shown, by its id: never another number. */
  const known = new Map<string, number>();
  const note = (id: string, seq: number): void => {
    expect(known.get(id) ?? seq, id).toBe(seq);
    known.set(id, seq);
  };
  /** Sent, and not answered: sent again after the kill. */
  let unanswered: string[] = [];
  let made = 0;

  for (let kill = 1; kill <= kills; kill++) {
    const before = known.size;
    let isOver = false;
    const shown = await showing(server, Math.floor(known.size / 200), note);
    const talking = Promise.all(
      Array.from({ length: writers }, async () => {
        const log = logClient(server, 'tickets/t1/comments');
        while (!isOver) {
          const id = unanswered.pop() ?? `e${++made}`;
          try {
            note(id, (await log.post({ id, text: id })).seq);
            if (made % 7 === 0) await log.react(id, '👍');
            if (made % 11 === 0) await log.remove(id);
          } catch {
            if (!known.has(id)) unanswered.push(id);
            return;
          }
        }
      }),
    );
    await until('enough to be said', () => known.size - before >= 60);
    await after(random.below(maxDelayMs));
    isOver = random.below(2) === 0;
    await server.kill();
    isOver = true;
    await talking;
    shown.destroy();

    const copy = `${folder}-copy`;
    await cp(folder, copy, { recursive: true });
    expect(await verifyFolder(copy, config)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/: no problems\n$/) as string,
    });
    await rm(copy, { recursive: true });
    server = await startProcess({ folder, config });
    const log = logClient(server, 'tickets/t1/comments');
    const lost = [...unanswered];
    unanswered = [];
    for (const id of lost) note(id, (await log.post({ id, text: id })).seq);
    const entries = await log.all();
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    const found = new Map(entries.map(({ id, seq }) => [id, seq]));
    expect(found.size).toBe(entries.length);
    for (const [id, seq] of known) expect(found.get(id), id).toBe(seq);
  }
  expect(await server.terminate()).toMatchObject({ code: 0 });
}, 120_000);

it.each([true, false])(
  '[J3] [L1] [L2] has each entry once whose commit has failed and that was sent again (written: %s)',
  async (written) => {
    const disk = faultyDatabase();
    const server = await startServer({ config: logs, store: { openDatabase: disk.openDatabase } });
    await server.json('POST', '/records/tickets', { id: 't1' });
    const log = logClient(server, 'tickets/t1/comments');
    const known = new Map<string, number>();
    const note = (id: string, seq: number): void => {
      expect(known.get(id) ?? seq, id).toBe(seq);
      known.set(id, seq);
    };
    const shown = await showing(server, 0, note);
    disk.failWrite({ nth: 6, code: 'EIO', written });
    let refused = 0;
    await Promise.all(
      Array.from({ length: 5 }, async (_, writer) => {
        for (let number = 0; number < 12; number++) {
          const id = `e${writer}-${number}`;
          const sent = await until(`${id} to be taken`, () =>
            log.post({ id, text: id }).catch((error: unknown) => {
              expect(String(error)).toMatch(/commit_unknown|store_unavailable/);
              refused++;
              return undefined;
            }),
          );
          note(id, sent.seq);
        }
      }),
    );
    expect(refused).toBeGreaterThan(0);
    const entries = await log.all();
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(new Map(entries.map(({ id, seq }) => [id, seq]))).toEqual(known);
    const held = shown.document.getMap('entries');
    await until('all to be shown again', () => held.size === 60);
    await server.stop();
    const store = await openLevelStore({ path: server.folder });
    onTestFinished(() => store.close());
    expect((await verifyStore({ store, schema: server.schema })).problems).toEqual([]);
  },
);

/** Somebody who has a segment open notes what is shown there. */
async function showing(
  server: Pick<ServerProcess, 'wsUrl'>,
  segment: number,
  note: (id: string, seq: number) => void,
): Promise<HocuspocusProvider> {
  const provider = await connect(server, `acme/tickets/t1/comments.${segment}`);
  const entries = provider.document.getMap<LogEntry>('entries');
  entries.observe(({ keysChanged }) => {
    for (const key of keysChanged) note(entries.get(key)?.id ?? '', Number(key));
  });
  return provider;
}
