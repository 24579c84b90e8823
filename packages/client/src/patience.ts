import { ConcordError } from '@concord/protocol';
import type { Clock } from './clock.ts';

/**
 * Does `work` with a signal that aborts when `signal` does, and when time is up: where nothing has come by then, nothing may
 * ever come. Rejects with `unreachable` then, and where an answer is cut in its middle or comes from somebody else.
 */
export async function within<T>(
  ms: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const stop = (): void => abort.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', stop);
  const cancel = clock.after(ms, () => abort.abort(new ConcordError('unreachable')));
  try {
    return await work(abort.signal);
  } catch (error) {
    abort.signal.throwIfAborted();
    throw error instanceof TypeError || error instanceof SyntaxError ? new ConcordError('unreachable', { cause: error }) : error;
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
}
