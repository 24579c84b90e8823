import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { keysOf, put } from '../conformance/harness.ts';
import type { Durability } from '../store.ts';
import { openLevelStore } from './index.ts';

const undo: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'concord-store-'));
  undo.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Another process that opens the store at `path` and then runs `script` with it. */
function start(path: string, script: string, durability: Durability = 'fsync'): ChildProcess & { lines: AsyncIterable<string> } {
  const module = new URL('index.ts', import.meta.url).href;
  const source = `import { openLevelStore } from ${JSON.stringify(module)};
    try { const store = await openLevelStore({ path: ${JSON.stringify(path)}, durability: ${JSON.stringify(durability)} });\n${script} }
    catch (error) { console.log(error.name + ': ' + error.message); }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  undo.push(() => void child.kill('SIGKILL'));
  return Object.assign(child, { lines: createInterface({ input: child.stdout }) });
}

it('a second process on the same folder is told what to do, and gets in when the first has closed', async () => {
  const path = await folder();
  const store = await openLevelStore({ path });
  const lineOf = async () => {
    let said = '';
    for await (const line of start(path, `console.log('opened'); await store.close();`).lines) said += line;
    return said;
  };
  expect(await lineOf()).toBe(
    `StoreLockedError: ${path} is in use by another Concord process; stop it first, or start this one with another --data folder`,
  );
  await store.close();
  expect(await lineOf()).toBe('opened');
});

it.for(['fsync', 'os'] as const)(
  '[%s] a process that is killed lets the next one in, which finds everything that was acknowledged',
  async (durability) => {
    const path = await folder();
    for (let round = 0; round < 3; round++) {
      const writer = start(
        path,
        `await Promise.all(Array.from({ length: 20 }, async (_, client) => {
        for (;;) {
          const scope = 'log ' + client;
          const seq = await store.commit([scope], (tx) => {
            const seq = tx.append(scope, Buffer.from(scope));
            tx.put('mark ' + client, Buffer.from(String(seq)));
            return seq;
          });
          process.stdout.write(client + ' ' + seq + '\\n');
        }
      }));`,
        durability,
      );
      const acknowledged = new Map<string, number>();
      let lines = 0;
      for await (const line of writer.lines) {
        const [client, seq] = line.split(' ');
        // The last line may have been cut by the kill; a number cut short is a smaller one.
        acknowledged.set(`${client}`, Math.max(acknowledged.get(`${client}`) ?? 0, Number(seq)));
        if (++lines === 2000 + round * 777) writer.kill('SIGKILL');
      }
      if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
      expect(writer.signalCode).toBe('SIGKILL');

      const store = await openLevelStore({ path });
      expect(acknowledged.size).toBe(20);
      for (const [client, seq] of acknowledged) {
        const last = await store.lastSeq(`log ${client}`);
        expect(last).toBeGreaterThanOrEqual(seq);
        expect(await keysOf(store.entries(`log ${client}`))).toEqual(Array.from({ length: last }, (_, i) => i + 1));
        // The entry and the mark were one commit.
        expect(Buffer.from((await store.get(`mark ${client}`)) as Uint8Array).toString()).toBe(`${last}`);
      }
      await put(store, `round ${round}`);
      await store.close();
    }
  },
);
