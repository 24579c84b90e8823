import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { ConcordError, type LogAttachment } from '@concord/protocol';
import type { CollectionSchema, LogSchema, Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Access } from '../../access/access.ts';
import type { Principal } from '../../access/principal.ts';
import type { Clock } from '../../clock.ts';
import { cleanFileName } from '../../files/file-name.ts';
import { fileIdPattern, type FileStore } from '../../files/file-store.ts';
import { Intake } from '../../files/intake.ts';
import { isAmong, recognize } from '../../files/recognize.ts';
import { decodeRow, rowKey } from '../../records/record-row.ts';
import { addressOf } from '../../records/record-write.ts';
import type { Recurring } from '../../recurring.ts';
import type { AttachmentBook } from '../attachments.ts';
import { askerOf } from '../command-queue.ts';
import type { LogAddress } from '../log-address.ts';
import type { Asker } from '../log-command.ts';
import type { LogIndex } from '../log-index.ts';
import type { LogName } from '../logs.ts';
import { createFileIndex } from './file-index.ts';
import { fileKey, fileOfKey, fileOwnerKey, looseKey } from './file-keys.ts';
import { decodeFileRow, encodeFileRow, type FileRow } from './file-rows.ts';
import { startFileSweep } from './file-sweep.ts';
import { createLooseFiles } from './loose-files.ts';

export interface Upload {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** How many there will be, where that was said. */
  readonly size: number | undefined;
  /** What its sender calls it. */
  readonly name: string | undefined;
  /** The media type that its sender gives. */
  readonly declared: string | undefined;
}

/** The files of logs: uploaded by who may post there, loose until an entry comes with them, seen by who may read the log. */
export interface LogFiles extends AttachmentBook {
  /** @throws `not_found`, `record_deleted`, `forbidden`, `too_large`, `unsupported_media_type`, `bad_request` of the name */
  upload(principal: Principal, log: LogName, upload: Upload): Promise<LogAttachment>;
  /**
   * What a file is. One that is loose is there for its author alone.
   *
   * @throws `not_found`, `record_deleted`
   */
  look(principal: Principal, log: LogName, file: string): Promise<LogAttachment>;
  /** Erases the bytes of files of purged logs, by the keys that they had in the store. What goes wrong is left to the sweep. */
  erase(logKeys: readonly string[]): Promise<void>;
  /** Gives files to the entries that come with them, and erases them with those. */
  readonly index: LogIndex;
  /** Removes every hour what nobody needs. */
  startSweep(): Recurring;
  /** The bytes of what {@link LogFiles.look} has shown; to be read to their end, or destroyed. */
  open(attachment: LogAttachment): Promise<Readable>;
}

export interface LogFilesOptions {
  readonly store: Store;
  readonly files: FileStore;
  readonly schema: Schema;
  readonly access: Access;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Found {
  readonly collection: CollectionSchema;
  readonly schema: LogSchema;
  readonly address: LogAddress;
}

export function createLogFiles({ store, files, schema, access, clock, logger }: LogFilesOptions): LogFiles {
  const report = (error: unknown): void => logger.error({ err: error }, 'erasing files failed');
  const loose = createLooseFiles(store, schema.limits);

  function find(principal: Principal, { collection: name, record, log }: LogName): Found {
    const collection = schema.collections.get(name);
    const found = collection?.logs.get(log);
    if (collection === undefined || found === undefined) throw new ConcordError('not_found');
    return { collection, schema: found, address: { ...addressOf(principal, collection, record), log } };
  }

  async function askerIn({ collection, address }: Found, principal: Principal): Promise<Asker> {
    const bytes = await store.get(rowKey(address));
    return askerOf(access, collection, address, bytes && decodeRow(bytes), principal);
  }

  async function checkMayUpload(found: Found, principal: Principal): Promise<void> {
    if (!(await askerIn(found, principal)).may('write')) throw new ConcordError('forbidden');
  }

  async function readFile(address: LogAddress, file: string): Promise<FileRow | undefined> {
    const bytes = fileIdPattern.test(file) ? await store.get(fileKey(address, file)) : undefined;
    return bytes && decodeFileRow(bytes);
  }

  /** Takes the bytes in and tells what they are. Nothing is left of those that are refused. */
  async function takeIn(principal: Principal, { schema: log }: Found, upload: Upload): Promise<LogAttachment> {
    if (log.attachments === null) throw new ConcordError('forbidden', { message: 'Nothing can be attached here.' });
    const { maxBytes, types } = log.attachments;
    const name = cleanFileName(upload.name);
    const checkSize = (size: number): void => {
      if (size > maxBytes)
        throw new ConcordError('too_large', { limit: 'maxFileBytes', message: `A file has up to ${maxBytes} bytes.` });
    };
    checkSize(upload.size ?? 0);
    const watch = await loose.watch(principal);
    try {
      const intake = new Intake(upload.bytes, (size) => {
        checkSize(size);
        watch.arrived(size);
      });
      const { id, size } = await files.put(intake.bytes());
      return await orErase(id, async () => {
        const { type, ...pixels } = await recognize(intake.head, intake.isText, upload.declared);
        if (isAmong(type, types)) return { id, name, type, size, ...pixels };
        throw new ConcordError('unsupported_media_type', {
          message: `A file of the type ${type} cannot be attached here; these can: ${types.join(', ')}.`,
        });
      });
    } finally {
      watch.end();
    }
  }

  /** Does what is to be done for the bytes to stay. Where it is not known whether it was done, the sweep finds out. */
  async function orErase<T>(id: string, keep: () => Promise<T>): Promise<T> {
    try {
      return await keep();
    } catch (error) {
      if (!(error instanceof ConcordError && error.code === 'commit_unknown')) await files.delete(id);
      throw error;
    }
  }

  async function keep({ account, user: author }: Principal, address: LogAddress, attachment: LogAttachment): Promise<void> {
    const { id, size } = attachment;
    const at = new Date(clock.now()).toISOString();
    await store.commit([], (tx) => {
      tx.put(fileKey(address, id), encodeFileRow({ attachment, author, at }));
      tx.put(fileOwnerKey(id), new TextEncoder().encode(fileKey(address, id)));
      tx.put(looseKey(account, author, id), encodeFileRow({ address, size, at }));
    });
  }

  return {
    async upload(principal, name, upload) {
      const found = find(principal, name);
      await checkMayUpload(found, principal);
      const attachment = await takeIn(principal, found, upload);
      await orErase(attachment.id, () =>
        // It may have been purged while the bytes came.
        store.lock(rowKey(found.address), async () => {
          await checkMayUpload(found, principal);
          await loose.add(principal, attachment.size, () => keep(principal, found.address, attachment));
        }),
      );
      return attachment;
    },

    async look(principal, name, file) {
      const found = find(principal, name);
      const { user } = await askerIn(found, principal);
      const row = await readFile(found.address, file);
      if (row === undefined || (row.entry === undefined && row.author !== user)) throw new ConcordError('not_found');
      return row.attachment;
    },

    async open({ id }) {
      const bytes = await files.get(id);
      if (bytes === undefined) throw new ConcordError('not_found');
      return bytes;
    },

    async erase(logKeys) {
      const ids = logKeys.flatMap((key) => fileOfKey(key) ?? []);
      if (ids.length === 0) return;
      try {
        await store.commit([], (tx) => ids.forEach((id) => tx.delete(fileOwnerKey(id))));
        for (const id of ids) await files.delete(id);
      } catch (error) {
        report(error);
      }
    },

    index: createFileIndex({ files, report }),

    startSweep: () => startFileSweep({ store, files, clock, report }),

    async find(address, author, ids) {
      const rows = await Promise.all(ids.map((id) => readFile(address, id)));
      return rows.map((row, index) => {
        if (row !== undefined && row.author === author && row.entry === undefined) return row.attachment;
        throw new ConcordError('invalid_record', {
          field: `attachments.${index}`,
          message: 'There is no such file that you have uploaded here and that no entry has yet.',
        });
      });
    },
  };
}
