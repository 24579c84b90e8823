import type { Logger } from 'pino';
import { ConcordError, errorTable, type ErrorCode, type Limits } from '@concord/protocol';

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

/** Who hears of refusals, beside the client. */
export interface RefusalListeners {
  readonly logger: Logger;
  /** Somebody has met that limit. */
  readonly onLimit: (limit: keyof Limits) => void;
}

/** Runs a hook's work on a document; what it throws becomes a {@link Refusal}. What is no fault of the client is logged. */
export async function refusing<T>(document: string, { logger, onLimit }: RefusalListeners, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = error instanceof ConcordError ? error : undefined;
    const code = known?.code ?? 'internal';
    if (known?.limit !== undefined) onLimit(known.limit);
    if (errorTable[code].http === 500) logger.error({ err: error, document }, 'opening a document failed');
    throw new Refusal(code);
  }
}
