import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ConcordError } from '@concord/protocol';

/** Of argon2id, version 1.3 (RFC 9106): `memoryKiB` in KiB. */
export interface HashWork {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** Computes one argon2id hash of 32 bytes. */
export type HashPassword = (password: Uint8Array, salt: Uint8Array, work: HashWork) => Promise<Uint8Array>;

export interface Passwords {
  /** As `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, so that one made with less work is told by itself. */
  hash(password: string): Promise<string>;
  /**
   * Whether `password` is the one behind `hash`. Without a hash, as when there is no such user, the same work
   * is done, and the answer is no.
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /** Whether `hash` was made with other work than is asked for today. */
  isDated(hash: string): boolean;
}

export const minPasswordChars = 10;
const maxPasswordBytes = 1024;
const saltBytes = 16;
const hashBytes = 32;

/** What OWASP asks for of argon2id: 19 MiB, 2 passes, 1 lane. */
const today: HashWork = { memoryKiB: 19_456, passes: 2, lanes: 1 };

/** Hashes fill a thread each: the other two of the pool stay for the store and for files. */
const maxParallel = 2;
/** Whoever comes behind that many is sent away: they would wait for seconds, and hold what they sent meanwhile. */
const maxWaiting = 64;

const pattern = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const argon2Async = promisify(argon2);

const hashPassword: HashPassword = (message, nonce, { memoryKiB, passes, lanes }) =>
  argon2Async('argon2id', { message, nonce, memory: memoryKiB, passes, parallelism: lanes, tagLength: hashBytes });

export function createPasswords({
  work = today,
  compute = hashPassword,
}: { readonly work?: HashWork; readonly compute?: HashPassword } = {}): Passwords {
  const turns = createTurns();
  const run = (password: string, salt: Uint8Array, asked: HashWork) =>
    turns(() => compute(Buffer.from(password.normalize('NFKC')), salt, asked));
  // Of nobody's password: what is compared where there is no user.
  const nobody = { salt: randomBytes(saltBytes), hash: randomBytes(hashBytes), work };
  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      return encode({ salt, hash: await run(password, salt, work), work });
    },
    async verify(password, encoded) {
      const expected = (encoded === undefined ? undefined : decode(encoded)) ?? nobody;
      // More than anybody can have set: it is cut, not refused, so that nothing is told apart by time.
      const hash = await run(password.slice(0, maxPasswordBytes), expected.salt, expected.work);
      return timingSafeEqual(hash, expected.hash) && expected !== nobody;
    },
    isDated(encoded) {
      const { work: done } = decode(encoded) ?? {};
      return done?.memoryKiB !== work.memoryKiB || done.passes !== work.passes || done.lanes !== work.lanes;
    },
  };
}

/** Returns a password that may be set, or throws `bad_request` naming `field`. */
export function checkPassword(password: unknown, field = 'password'): string {
  if (typeof password !== 'string' || Array.from(password).length < minPasswordChars)
    throw new ConcordError('bad_request', { field, message: `A password has at least ${minPasswordChars} characters.` });
  if (Buffer.byteLength(password.normalize('NFKC')) > maxPasswordBytes || password.length > maxPasswordBytes)
    throw new ConcordError('bad_request', { field, message: `A password has at most ${maxPasswordBytes} bytes.` });
  return password;
}

interface Hashed {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  readonly work: HashWork;
}

function encode({ salt, hash, work: { memoryKiB, passes, lanes } }: Hashed): string {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${base64(salt)}$${base64(hash)}`;
}

function decode(encoded: string): Hashed | undefined {
  const [, memoryKiB, passes, lanes, salt = '', hash = ''] = pattern.exec(encoded) ?? [];
  if (Buffer.from(hash, 'base64').length !== hashBytes) return undefined;
  const work = { memoryKiB: Number(memoryKiB), passes: Number(passes), lanes: Number(lanes) };
  return { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64'), work };
}

/** Runs a few at a time, the others in the order in which they came. Throws `rate_limited` when too many wait. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= maxParallel) {
      if (waiting.length >= maxWaiting) throw new ConcordError('rate_limited', { message: 'Too many sign in just now.' });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
