import type { FileStore } from '../../files/file-store.ts';
import type { LogIndex } from '../log-index.ts';
import { fileKey, fileOwnerKey, looseKey } from './file-keys.ts';
import { encodeFileRow } from './file-rows.ts';

export interface FileIndexOptions {
  readonly files: FileStore;
  /** Hears of bytes that could not be erased; the sweep comes back to them. */
  readonly report: (error: unknown) => void;
}

/** Gives files to the entries that come with them, and erases them with those: the bytes when the tombstone is durable. */
export function createFileIndex({ files, report }: FileIndexOptions): LogIndex {
  return {
    write(tx, { address, before, after }) {
      if (before === undefined) {
        for (const attachment of after.attachments ?? []) {
          const { author, at, id: entry } = after;
          tx.put(fileKey(address, attachment.id), encodeFileRow({ attachment, author, at, entry }));
          tx.delete(looseKey(address.account, author, attachment.id));
        }
      } else if (after.deletedAt !== undefined) {
        for (const { id } of before.attachments ?? []) {
          tx.delete(fileKey(address, id));
          tx.delete(fileOwnerKey(id));
        }
      }
    },

    committed(changes) {
      const erased = changes.filter(({ after }) => after.deletedAt !== undefined);
      for (const { id } of erased.flatMap(({ before }) => before?.attachments ?? [])) files.delete(id).catch(report);
    },
  };
}
