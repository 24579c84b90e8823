import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileIdPattern, type FileStore, type ListedFile } from './file-store.ts';

/** Files that have not come to their end; no two letters of an id. */
const incoming = 'incoming';

/**
 * Files in a folder, each under `<first two letters of its id>/<id>`. It gets that name when all of it is on disk: so
 * whatever ends the process, what is under an id is whole.
 */
export async function createDiskFiles(folder: string): Promise<FileStore> {
  await mkdir(join(folder, incoming), { recursive: true, mode: 0o700 });
  const pathOf = (id: string): string => {
    if (!fileIdPattern.test(id)) throw new TypeError('That is no id of a file.');
    return join(folder, id.slice(0, 2), id);
  };

  return {
    async put(bytes) {
      const id = randomBytes(16).toString('hex');
      const unfinished = join(folder, incoming, id);
      try {
        const size = await write(unfinished, bytes);
        const path = pathOf(id);
        if ((await mkdir(dirname(path), { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(folder);
        await rename(unfinished, path);
        await syncFolder(dirname(path));
        return { id, size };
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
    },

    async get(id) {
      let file: FileHandle;
      try {
        file = await open(pathOf(id));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      return createReadStream('', { fd: file });
    },

    async delete(id) {
      await rm(pathOf(id), { force: true });
    },

    async *list() {
      for await (const { name } of await opendir(folder)) if (name !== incoming) yield* listFolder(join(folder, name));
    },

    async removeUnfinished(before) {
      const path = join(folder, incoming);
      for await (const { id, at } of listFolder(path)) if (at < before) await rm(join(path, id), { force: true });
    },
  };
}

async function write(path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    for await (const chunk of bytes) {
      await file.writeFile(chunk);
      size += chunk.length;
    }
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}

/** A name is on disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function* listFolder(path: string): AsyncGenerator<ListedFile> {
  for await (const entry of await opendir(path)) {
    if (!entry.isFile() || !fileIdPattern.test(entry.name)) continue;
    try {
      yield { id: entry.name, at: (await stat(join(path, entry.name))).mtimeMs };
    } catch (error) {
      // It has gone meanwhile.
      if (!isMissing(error)) throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
