import { answerOf, type Database, type DocumentEntry } from './database.ts';

/** A document that something was done with. */
export interface Touch {
  readonly document: string;
  /** That it has grown by. */
  readonly bytes: number;
}

type Work<T> = (transaction: IDBTransaction) => Promise<T>;

/** Carries out work on a database in the order in which it was asked for. */
export interface TransactionQueue {
  /**
   * Writes that read nothing: those that wait at the same time share a transaction. Typing has one at a time, which takes
   * along whatever was typed while the one before it ran.
   */
  join<T>(work: Work<T>, touch?: Touch): Promise<T>;
  /** In a transaction of its own. */
  alone<T>(mode: IDBTransactionMode, work: Work<T>): Promise<T>;
  /** Resolves once all that was asked for is done. */
  end(): Promise<void>;
}

interface Waiting {
  readonly mode: IDBTransactionMode;
  readonly joins: boolean;
  readonly touch: Touch | undefined;
  readonly work: Work<unknown>;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

export function createTransactionQueue(database: Database, now: () => number): TransactionQueue {
  const waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;

  function enqueue<T>(item: Omit<Waiting, 'resolve' | 'reject'>): Promise<T> {
    return new Promise((resolve, reject) => {
      waiting.push({ ...item, resolve, reject });
      draining ??= drain();
    });
  }

  async function drain(): Promise<void> {
    // What else this turn asks for comes along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const end = waiting.findIndex(({ joins }) => !joins);
      await carryOut(waiting.splice(0, end === -1 ? waiting.length : Math.max(end, 1)));
    }
    draining = undefined;
  }

  async function carryOut(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch as [Waiting];
    try {
      const answers = await database.run(first.mode, async (transaction) => {
        const [all] = await Promise.all([
          Promise.all(batch.map(({ work }) => work(transaction))),
          noteTouches(transaction, batch, now()),
        ]);
        return all;
      });
      batch.forEach(({ resolve }, index) => resolve(answers[index] as never));
    } catch (error) {
      // One that does not fit must not take down what it shared the transaction with.
      if (batch.length === 1) first.reject(error);
      else for (const one of batch) await carryOut([one]);
    }
  }

  return {
    join: (work, touch) => enqueue({ mode: 'readwrite', joins: true, touch, work }),
    alone: (mode, work) => enqueue({ mode, joins: false, touch: undefined, work }),
    end: async () => draining,
  };
}

async function noteTouches(transaction: IDBTransaction, batch: readonly Waiting[], usedAt: number): Promise<void> {
  const grown = new Map<string, number>();
  for (const { touch } of batch)
    if (touch !== undefined) grown.set(touch.document, (grown.get(touch.document) ?? 0) + touch.bytes);
  const documents = transaction.objectStore('documents');
  for (const [document, bytes] of grown) {
    const entry = (await answerOf(documents.get(document))) as DocumentEntry | undefined;
    // One that was only looked at may have been erased since.
    if (entry !== undefined || bytes > 0) documents.put({ document, bytes: (entry?.bytes ?? 0) + bytes, usedAt });
  }
}
