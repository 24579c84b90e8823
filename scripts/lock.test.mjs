import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { withLock } from './lock.mjs';

describe('the lock of a clone', () => {
  let folder;
  beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'concord-lock-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('lets one process at a time work', async () => {
    const counter = path.join(folder, 'counter');
    const file = path.join(folder, 'turns.lock');
    await writeFile(counter, '0');
    // Reads, waits and writes: two at once would lose a count.
    const script = `
      import { readFile, writeFile } from 'node:fs/promises';
      import { setTimeout as delay } from 'node:timers/promises';
      import { withLock } from ${JSON.stringify(path.join(import.meta.dirname, 'lock.mjs'))};
      await withLock(async () => {
        const count = Number(await readFile(${JSON.stringify(counter)}, 'utf8'));
        await delay(50);
        await writeFile(${JSON.stringify(counter)}, String(count + 1));
      }, { file: ${JSON.stringify(file)} });
    `;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(await readFile(counter, 'utf8')).toBe('4');
  });

  it('is let go when the work fails', async () => {
    const file = path.join(folder, 'failing.lock');
    const failing = withLock(() => Promise.reject(new Error('no')), { file });
    await expect(failing).rejects.toThrow('no');
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('is taken over from a process that died, by one of those who wait', async () => {
    const file = path.join(folder, 'dead.lock');
    await writeFile(file, 'a process that was killed');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(file, longAgo, longAgo);
    let working = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++working);
      await readFile(file);
      working--;
    };
    let waited = 0;
    const options = { file, onWait: () => waited++ };
    await Promise.all([withLock(work, options), withLock(work, options), withLock(work, options)]);
    expect({ most, waited }).toEqual({ most: 1, waited: 2 });
  });
});
