import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { ConcordError } from '@concord/protocol';

/** What a cursor says: a place in one account's feed, as one kind of reader sees it (F6). */
export interface CursorPlace {
  /** The events up to and including this number are behind its holder. */
  readonly seq: number;
  readonly epoch: string;
  /** See `Access.digest`. */
  readonly digest: string;
}

export interface Cursors {
  /** The cursor behind event `seq` of the feed as it is now. */
  format(account: string, seq: number, digest: string): string;
  /**
   * Throws `invalid_cursor` for what was not issued to this account: the same for a made-up one, a damaged
   * one and another account's.
   */
  parse(account: string, cursor: string): CursorPlace;
}

export interface CursorsOptions {
  readonly epoch: string;
  readonly key: Uint8Array;
}

/*
 * base64url of: layout (1 byte), epoch (8, ASCII), digest (9), number (6, big-endian), and the first 9 bytes
 * of the HMAC-SHA256 of all these behind the account's name. 33 bytes leave no spare bits in base64, so
 * each cursor has one spelling.
 */
const layout = 1;
const epochAt = 1;
const digestAt = 9;
const seqAt = 18;
const macAt = 24;
const size = 33;
const chars = (size / 3) * 4;
const cursorPattern = /^[A-Za-z0-9_-]{44}$/;

const maxRemembered = 10_000;

export function createCursors({ epoch, key }: CursorsOptions): Cursors {
  if (Buffer.byteLength(epoch) !== digestAt - epochAt) throw new TypeError('An epoch has eight characters');

  // Given as bytes, it would be made a key for each cursor, which takes longer than the rest.
  const secret = createSecretKey(key);
  const mac = (account: string, bytes: Uint8Array) =>
    createHmac('sha256', secret)
      .update(account)
      .update('\0')
      .update(bytes.subarray(0, macAt))
      .digest()
      .subarray(0, size - macAt);

  // Two generations: what a thousand readers are sent at once is signed once.
  let young = new Map<string, string>();
  let old = new Map<string, string>();

  return {
    format(account, seq, digest) {
      const name = `${seq}/${digest}/${account}`;
      const known = young.get(name) ?? old.get(name);
      if (known !== undefined) return known;
      const bytes = Buffer.alloc(size);
      bytes[0] = layout;
      bytes.write(epoch, epochAt, 'latin1');
      if (bytes.write(digest, digestAt, 'base64url') !== seqAt - digestAt)
        throw new TypeError('A digest has 12 characters of base64url');
      bytes.writeUIntBE(seq, seqAt, macAt - seqAt);
      mac(account, bytes).copy(bytes, macAt);
      const cursor = bytes.toString('base64url');
      if (young.size >= maxRemembered) {
        old = young;
        young = new Map();
      }
      young.set(name, cursor);
      return cursor;
    },

    parse(account, cursor) {
      if (cursor.length !== chars || !cursorPattern.test(cursor)) throw new ConcordError('invalid_cursor');
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes[0] !== layout || !timingSafeEqual(mac(account, bytes), bytes.subarray(macAt)))
        throw new ConcordError('invalid_cursor');
      return {
        seq: bytes.readUIntBE(seqAt, macAt - seqAt),
        epoch: bytes.toString('latin1', epochAt, digestAt),
        digest: bytes.toString('base64url', digestAt, seqAt),
      };
    },
  };
}
