import { Level } from 'level';
import type { Bounds } from './bounds.ts';

/** What one group writes: the value at `keys[i]`, or its deletion where `values[i]` is undefined, in this order. */
export interface Writes {
  readonly keys: readonly string[];
  readonly values: readonly (Uint8Array | undefined)[];
  /** About how many bytes that is. */
  readonly bytes: number;
}

/**
 * All that the store asks of LevelDB, and the seam at which tests let it fail (`faults.ts`).
 */
export interface Database {
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Writes all or nothing. With `sync`, resolves only once it is on disk. The bytes are copied before it
   * returns.
   */
  write(writes: Writes, sync: boolean): Promise<void>;
  /** A snapshot, in chunks. What is not read to its end must be closed by `return()`. */
  read(bounds: Bounds): AsyncGenerator<readonly (readonly [key: string, value: Uint8Array])[], void, void>;
  /** Ends all reads that are open. */
  close(): Promise<void>;
}

/** Opens the folder, creating it if it is missing. Rejects with what the file system or LevelDB said. */
export type OpenDatabase = (path: string) => Promise<Database>;

const chunkEntries = 1000;
const chunkBytes = 256 * 1024;

/**
 * A chained batch costs a fifth less CPU a commit than an array of operations, but its copy of the bytes
 * lives, unknown to V8, until the garbage collector finds it: with 1 MB groups the process grew to 600 MB.
 */
const maxChainedBytes = 64 * 1024;

/** LevelDB itself. */
export const openDatabase: OpenDatabase = async (path) => {
  const level = new Level<string, Uint8Array>(path, { keyEncoding: 'utf8', valueEncoding: 'view' });
  await level.open();
  return {
    get: (key) => level.get(key),
    write: (writes, sync) =>
      writes.bytes > maxChainedBytes ? writeArray(level, writes, sync) : writeChained(level, writes, sync),
    async *read({ gte, lt, reverse, limit }) {
      const iterator = level.iterator({ gte, lt, reverse, limit, highWaterMarkBytes: chunkBytes });
      try {
        for (;;) {
          const chunk = await iterator.nextv(chunkEntries);
          if (chunk.length === 0) return;
          yield chunk;
        }
      } finally {
        await iterator.close();
      }
    },
    close: () => level.close(),
  };
};

function writeChained(level: Level<string, Uint8Array>, { keys, values }: Writes, sync: boolean): Promise<void> {
  const batch = level.batch();
  for (const [i, key] of keys.entries()) {
    const value = values[i];
    if (value === undefined) batch.del(key);
    else batch.put(key, value);
  }
  return batch.write({ sync });
}

function writeArray(level: Level<string, Uint8Array>, { keys, values }: Writes, sync: boolean): Promise<void> {
  const operations = keys.map((key, i) => {
    const value = values[i];
    return value === undefined ? ({ type: 'del', key } as const) : ({ type: 'put', key, value } as const);
  });
  return level.batch(operations, { sync });
}
