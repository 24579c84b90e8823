import { ConcordError, type Limits } from '@concord/protocol';
import type { Store } from '@concord/store';
import { looseOfPrefix } from './file-keys.ts';
import { decodeLooseRow } from './file-rows.ts';

export interface Uploader {
  readonly account: string;
  readonly user: string;
}

/** How much one user may have uploaded that no entry has yet: so that nobody fills the disk with what nobody sees. */
export interface LooseFiles {
  /** Watches an upload as it comes in, beside the others of the user. */
  watch(uploader: Uploader): Promise<UploadWatch>;
  /**
   * Runs `keep`, which makes so many bytes more loose, alone of that user.
   *
   * @throws `too_large` where they are too many
   */
  add<T>(uploader: Uploader, size: number, keep: () => Promise<T>): Promise<T>;
}

export interface UploadWatch {
  /** @throws `too_large` where so many bytes of it are too many */
  arrived(size: number): void;
  end(): void;
}

/** So many bytes a file counts for at least, as one without any takes its place on the disk, too. */
const minBytes = 4096;

export function createLooseFiles(store: Store, { maxLooseFileBytes }: Limits): LooseFiles {
  /** Bytes of uploads that are coming in. */
  const arriving = new Map<string, number>();

  async function looseBytes(prefix: string): Promise<number> {
    let bytes = 0;
    for await (const [, row] of store.range({ prefix })) bytes += Math.max(minBytes, decodeLooseRow(row).size);
    return bytes;
  }

  function check(bytes: number): void {
    if (bytes <= maxLooseFileBytes) return;
    throw new ConcordError('too_large', {
      limit: 'maxLooseFileBytes',
      message: `Up to ${maxLooseFileBytes} bytes of your files may wait for an entry: send those first.`,
    });
  }

  return {
    async watch({ account, user }) {
      const key = looseOfPrefix(account, user);
      const before = await looseBytes(key);
      let counted = 0;
      const count = (size: number): number => {
        const all = (arriving.get(key) ?? 0) + size - counted;
        counted = size;
        if (all === 0) arriving.delete(key);
        else arriving.set(key, all);
        return all;
      };
      return { arrived: (size) => check(before + count(size)), end: () => void count(0) };
    },

    async add({ account, user }, size, keep) {
      const key = looseOfPrefix(account, user);
      return await store.lock(key, async () => {
        check((await looseBytes(key)) + Math.max(minBytes, size));
        return await keep();
      });
    },
  };
}
