import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const maxDrainMs = 10_000;

interface Started {
  readonly npm: ChildProcess;
  readonly url: string;
  /** Everything printed so far. */
  output(): string;
}

// Each start looks at the installation and at the build first, and they take turns in that.
describe('npm start', { timeout: 120_000 }, () => {
  let folder = '';
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'concord-start-'));
  });

  afterAll(async () => {
    for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  /** As from a terminal: npm leads a process group of its own, in which the server stays. */
  async function start(data: string): Promise<Started> {
    // Neither what the tests run with, nor what a developer has set for a server of their own.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:NODE_ENV|PORT|CONCORD_.*)$/.test(name)));
    const args = ['start', '--', '--port', '0', '--data', join(folder, data)];
    const npm = spawn('npm', args, { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(npm);
    npm.once('close', () => running.delete(npm));
    let output = '';
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /"url":"([^"]+)"/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    npm.stdout.on('data', take);
    npm.stderr.on('data', take);
    npm.once('close', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
    return { npm, url: await promise, output: () => output };
  }

  async function stop({ npm }: Started, tell: () => void): Promise<{ readonly code: number | null; readonly ms: number }> {
    const startedAt = performance.now();
    const closed = once(npm, 'close') as Promise<[number | null]>;
    tell();
    const [code] = await closed;
    return { code, ms: performance.now() - startedAt };
  }

  it('serves the workspace and its demo, and drains when npm is told to end', async () => {
    const started = await start('one');
    const page = await fetch(started.url);
    expect(page.headers.get('content-type')).toContain('text/html');
    const demo = await fetch(new URL('/api/v1/auth/demo', started.url));
    expect(await demo.json()).toMatchObject({ account: 'demo', people: [{ id: 'ada' }, {}, {}, {}] });

    const { code, ms } = await stop(started, () => started.npm.kill('SIGTERM'));
    expect({ code, output: started.output() }).toEqual({ code: 0, output: expect.stringContaining('"stopped"') as string });
    expect(ms).toBeLessThan(maxDrainMs);
    await expect(fetch(started.url)).rejects.toThrow('fetch failed');
  });

  it('drains at Ctrl-C, which tells everyone in the group at once', async () => {
    const started = await start('two');
    const { code } = await stop(started, () => process.kill(-(started.npm.pid ?? Number.NaN), 'SIGINT'));
    expect({ code, output: started.output() }).toEqual({ code: 0, output: expect.stringContaining('"stopped"') as string });
  });

  it('goes on in the same folder, and beside another', async () => {
    const before = await start('three');
    await stop(before, () => before.npm.kill('SIGTERM'));
    const [first, second] = await Promise.all([start('three'), start('four')]);
    expect(first.url).not.toBe(second.url);
    for (const { url } of [first, second]) expect((await fetch(new URL('/readyz', url))).status).toBe(200);
    const ends = await Promise.all([first, second].map((started) => stop(started, () => started.npm.kill('SIGTERM'))));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  });
});
