import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDiskFiles } from './disk-files.ts';
import type { FileStore } from './file-store.ts';

async function openFolder(): Promise<{ readonly folder: string; readonly files: FileStore }> {
  const folder = await mkdtemp(join(tmpdir(), 'concord-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { folder, files: await createDiskFiles(folder) };
}

async function* chunks(...texts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

async function listed(files: FileStore): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of files.list()) ids.push(id);
  return ids.toSorted();
}

async function textOf(files: FileStore, id: string): Promise<string | undefined> {
  const bytes = await files.get(id);
  return bytes && (await buffer(bytes)).toString();
}

describe('files on a disk', () => {
  it('are kept whole, listed, and deleted', async () => {
    const { folder, files } = await openFolder();
    const first = await files.put(chunks('one ', 'two'));
    const empty = await files.put(chunks());
    expect([first.size, empty.size]).toEqual([7, 0]);
    const again = await createDiskFiles(folder);
    expect(await textOf(again, first.id)).toBe('one two');
    expect(await textOf(again, empty.id)).toBe('');
    expect(await listed(again)).toEqual([first.id, empty.id].toSorted());
    await again.delete(first.id);
    await again.delete(first.id);
    expect(await textOf(again, first.id)).toBeUndefined();
    expect(await listed(again)).toEqual([empty.id]);
  });

  it('leave nothing where their bytes fail', async () => {
    const { folder, files } = await openFolder();
    await expect(files.put(chunks('half', new Error('cut off')))).rejects.toThrow('cut off');
    expect(await listed(files)).toEqual([]);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('are no files until they are whole, and what is left of them is removed when it is old', async () => {
    const { folder, files } = await openFolder();
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      await ended;
    };
    const putting = files.put(slow());
    await expect.poll(() => readdir(join(folder, 'incoming'))).toHaveLength(1);
    expect(await listed(files)).toEqual([]);
    const [name = ''] = await readdir(join(folder, 'incoming'));
    await utimes(join(folder, 'incoming', name), 1000, 1000);
    await files.removeUnfinished(999_000);
    expect(await readdir(join(folder, 'incoming'))).toHaveLength(1);
    await files.removeUnfinished(1_001_000);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    end();
    await expect(putting).rejects.toThrow('ENOENT');
    expect(await listed(files)).toEqual([]);
  });

  it('have ids, and no paths', async () => {
    const { files } = await openFolder();
    await expect(files.get('../secret')).rejects.toThrow(TypeError);
    await expect(files.delete('/etc/passwd')).rejects.toThrow(TypeError);
  });
});
