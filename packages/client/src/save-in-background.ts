import { ConcordError } from '@concord/protocol';
import type { Replicas } from './replicas.ts';

/**
 * Opens a document until the server has all that is kept of it here, however long there is no network. Throws the reason
 * where the server does not take it; what is kept stays then.
 */
export async function saveInBackground(document: string, replicas: Replicas): Promise<void> {
  const { replica, release } = replicas.open(document);
  try {
    // Before, nothing seems to be unsaved.
    await replica.loaded;
    await new Promise<void>((resolve, reject) => {
      const stop = replica.state.subscribe(look);
      function look(): void {
        const { unsaved, phase, error, refusal } = replica.state.get();
        if (unsaved === 0) resolve();
        else if (phase === 'ended') reject(error ?? new ConcordError('forbidden'));
        else if (refusal !== undefined) reject(new ConcordError(refusal));
        else return;
        stop();
      }
      look();
    });
  } finally {
    release();
  }
}
