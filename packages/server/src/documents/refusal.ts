import { ConcordError, errorTable, type ErrorCode } from '@concord/protocol';

/**
 * A refusal as Hocuspocus passes it on to the client. It carries no message, since Hocuspocus prints every
 * hook error that has one to the console.
 */
export class Refusal extends Error {
  readonly reason: ErrorCode;

  constructor(reason: ErrorCode) {
    super('');
    this.reason = reason;
  }
}

/** Runs a hook's work; what it throws becomes a {@link Refusal}. `onDefect` hears of what is no fault of the client. */
export async function refusing<T>(work: () => Promise<T>, onDefect: (error: unknown) => void): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof ConcordError ? error.code : 'internal';
    if (errorTable[code].http === 500) onDefect(error);
    throw new Refusal(code);
  }
}
