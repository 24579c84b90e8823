import type { Readable } from 'node:stream';

/**
 * Where the bytes of files lie. What they are, whose, and who may see them is in the store; a file's id is all that the two
 * have in common. Local disk is one; a bucket of S3 could be another.
 */
export interface FileStore {
  /**
   * Keeps what it is given under a new id, and resolves once that is durable. Where `bytes` fails, so does this, and nothing is
   * kept.
   */
  put(bytes: AsyncIterable<Uint8Array>): Promise<StoredFile>;
  /** The bytes from the first to the last; undefined where there is no such file. */
  get(id: string): Promise<Readable | undefined>;
  /** Nothing happens where there is no such file. */
  delete(id: string): Promise<void>;
  /** All files, in no order. What comes or goes meanwhile may be among them or not. */
  list(): AsyncIterable<ListedFile>;
  /** Removes what is left of files that were being put when the process ended, if they were begun before that time. */
  removeUnfinished(before: number): Promise<void>;
}

export interface StoredFile {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

export interface ListedFile {
  readonly id: string;
  /** When it was put, in milliseconds since the epoch. */
  readonly at: number;
}

/** Of an id that {@link FileStore.put} has made. */
export const fileIdPattern: RegExp = /^[0-9a-f]{32}$/;
