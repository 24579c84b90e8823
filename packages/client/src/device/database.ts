import { ConcordError } from '@concord/protocol';

/** Of the layout below. A page that knows only older ones leaves the database alone. */
const version = 1;

export type StoreName = 'updates' | 'unsaved' | 'documents' | 'values';
const storeNames: readonly StoreName[] = ['updates', 'unsaved', 'documents', 'values'];

/** An entry of `updates`, under a number that rises over all documents. */
export interface UpdateEntry {
  readonly document: string;
  readonly update: Uint8Array;
}

/** An entry of `documents`. */
export interface DocumentEntry {
  readonly document: string;
  /** Of its updates. */
  readonly bytes: number;
  readonly usedAt: number;
}

/**
 * How often a transaction is tried where its connection is lost. Whoever clears what the browser keeps cuts the connection,
 * and then the one that is made in its place.
 */
const maxAttempts = 3;

/** A connection to one IndexedDB database. It is made when it is wanted, and again where the browser has cut it. */
export interface Database {
  /**
   * Resolves with what `work` answers once its transaction is complete. `work` may wait for requests of the transaction and
   * for nothing else. It is done again, in another transaction, where the connection was lost on the way. Rejects with
   * `store_unavailable`.
   */
  run<T>(mode: IDBTransactionMode, work: (transaction: IDBTransaction) => Promise<T>): Promise<T>;
  /** After what runs. */
  close(): void;
}

function databaseName(scope: string): string {
  return `concord:${scope}`;
}

export function createDatabase(scope: string): Database {
  let connecting: Promise<IDBDatabase> | undefined;
  let ended: string | undefined;

  function connect(): Promise<IDBDatabase> {
    if (ended !== undefined) return Promise.reject(new ConcordError('store_unavailable', { message: ended }));
    connecting ??= openDatabase(scope).then(
      (database) => {
        const opened = connecting;
        const lose = (): void => {
          if (connecting === opened) connecting = undefined;
        };
        database.onclose = lose;
        // Holding on would block a newer page's upgrade, or another tab's sign-out.
        database.onversionchange = ({ newVersion }) => {
          lose();
          database.close();
          if (newVersion === null) ended = 'What was kept on this device has been erased.';
        };
        return database;
      },
      (error: unknown) => {
        connecting = undefined;
        throw error;
      },
    );
    return connecting;
  }

  return {
    async run(mode, work) {
      for (let attempt = 1; ; attempt++) {
        const connection = connect();
        try {
          return await inTransaction(await connection, mode, work);
        } catch (error) {
          if (attempt === maxAttempts || !isLostConnection(error)) throw unavailable(error);
          if (connecting === connection) connecting = undefined;
        }
      }
    },
    close() {
      ended = 'The storage is closed.';
      void connecting?.then(
        (database) => database.close(),
        () => {
          // It was never open.
        },
      );
    },
  };
}

/** Erases a database, whoever has it open. */
export async function deleteDatabase(scope: string): Promise<void> {
  try {
    const database = await openDatabase(scope);
    // Other tabs let go of it when they are told; one that cannot hear has it empty.
    await inTransaction(database, 'readwrite', async (transaction) => {
      await Promise.all(storeNames.map((name) => answerOf(transaction.objectStore(name).clear())));
    }).finally(() => database.close());
  } catch {
    // Of another version, or broken: it can be deleted as it is.
  }
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(databaseName(scope));
    request.onsuccess = () => resolve();
    request.onblocked = () => resolve();
    request.onerror = () => reject(unavailable(request.error));
  });
}

/** Asynchronous, as some browsers throw at once where pages may not keep anything. */
async function openDatabase(scope: string): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName(scope), version);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore('updates', { autoIncrement: true }).createIndex('document', 'document');
    database.createObjectStore('unsaved', { keyPath: 'key' }).createIndex('document', 'document');
    database.createObjectStore('documents', { keyPath: 'document' });
    database.createObjectStore('values');
  };
  return await answerOf(request);
}

async function inTransaction<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  work: (transaction: IDBTransaction) => Promise<T>,
): Promise<T> {
  // Relaxed: what is complete is with the operating system, which a killed tab or browser does not take back. Strict waits
  // for the disk at each key stroke, against the loss of power alone.
  const transaction = database.transaction(storeNames, mode, { durability: 'relaxed' });
  const complete = Promise.withResolvers<void>();
  const cutOff = (): void => complete.reject(transaction.error ?? new DOMException('The transaction was cut off.', 'AbortError'));
  transaction.oncomplete = () => complete.resolve();
  transaction.onabort = cutOff;
  // Chromium cuts a connection now and then without an end of what runs on it.
  database.addEventListener('close', cutOff);
  try {
    const [answer] = await Promise.all([work(transaction), complete.promise]);
    return answer;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    // What ended the transaction says more than what a request of it met.
    await complete.promise;
    throw error;
  } finally {
    database.removeEventListener('close', cutOff);
  }
}

/** For use within the request's transaction. */
export function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException('', 'UnknownError'));
  });
}

/** Safari and Chromium take connections away when a process of theirs dies, or memory is short. */
function isLostConnection(error: unknown): boolean {
  return error instanceof DOMException && ['InvalidStateError', 'UnknownError', 'AbortError'].includes(error.name);
}

function unavailable(cause: unknown): ConcordError {
  if (cause instanceof ConcordError) return cause;
  const name = cause instanceof DOMException ? cause.name : '';
  const message =
    name === 'QuotaExceededError'
      ? 'This device has no space left for more.'
      : name === 'VersionError'
        ? 'A newer version of this page keeps its data here: reload it.'
        : 'This browser keeps nothing.';
  return new ConcordError('store_unavailable', { message, cause });
}
