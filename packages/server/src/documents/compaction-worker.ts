import { parentPort } from 'node:worker_threads';
import * as Y from 'yjs';

/** What the worker answers to a list of updates. */
export type CompactionAnswer = { readonly state: Uint8Array } | { readonly error: string };

parentPort?.on('message', (updates: readonly Uint8Array[]) => {
  try {
    const document = new Y.Doc();
    document.transact(() => {
      for (const update of updates) Y.applyUpdate(document, update);
    });
    post({ state: Y.encodeStateAsUpdate(document) });
  } catch (error) {
    post({ error: String(error) });
  }
});

function post(answer: CompactionAnswer): void {
  parentPort?.postMessage(answer);
}
