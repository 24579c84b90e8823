import type { Database, OpenDatabase } from './database.ts';

/** The folder is held by somebody else: LevelDB lets in one process, and that only once. */
export class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
  readonly path: string;

  constructor(path: string, cause?: unknown) {
    super(`${path} is in use by another Concord process; stop it first, or start this one with another --data folder`, { cause });
    this.path = path;
  }
}

/** The folder cannot be opened; `cause` is what the file system or LevelDB said. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    const reason = innermost(cause);
    super(`${path} cannot be opened as a store: ${reason.message}; ${advice(reason)}`, { cause });
    this.path = path;
  }
}

/** Opens the folder, and says what is wrong with it where it cannot be opened. */
export async function openFolder(path: string, open: OpenDatabase): Promise<Database> {
  try {
    return await open(path);
  } catch (error) {
    throw codeOf(innermost(error)) === 'LEVEL_LOCKED' ? new StoreLockedError(path, error) : new StoreOpenError(path, error);
  }
}

function advice({ message, code }: { message: string; code?: unknown }): string {
  if (/no space|ENOSPC/i.test(message)) return 'free some space on its disk and try again';
  if (/permission|EACCES|read-only|EROFS/i.test(message))
    return 'give this user the right to write there, or choose another --data folder';
  if (/not a directory|EEXIST|ENOTDIR/i.test(message)) return 'choose a --data folder that is a folder';
  if (code === 'LEVEL_CORRUPTION') return 'restore the folder from a backup';
  return 'see that the folder is readable and its disk is well';
}

/** `level` wraps what LevelDB said into a "not open" error. */
function innermost(error: unknown): Error & { code?: unknown } {
  let inner: Error = error instanceof Error ? error : new Error(String(error));
  while (inner.cause instanceof Error) inner = inner.cause;
  return inner;
}

function codeOf(error: { code?: unknown }): unknown {
  return error.code;
}
