import type { DocumentStorage, Tabs } from '../storage.ts';

export interface UnsavedParts {
  readonly storage: DocumentStorage;
  readonly tabs: Tabs;
  /** Syncs a document in the background; resolves once the server has all of it, rejects where it does not take it. */
  readonly open: (document: string) => Promise<void>;
  /** The network is back. */
  readonly onWake: (listener: () => void) => () => void;
}

/** So many documents are seen to at a time. */
const maxOpen = 5;

/**
 * Sees to edits that a tab has left unsaved and no tab has open: what was edited without a network in a tab that is closed.
 * One tab does so, at the start, when another is gone or lets go of a document, and when the network is back. A document
 * that stays unsaved is not tried again before the network is back, or the tab that watches is another. Returns what ends it.
 */
export function watchUnsaved({ storage, tabs, open, onWake }: UnsavedParts): () => void {
  const end = new AbortController();

  async function watch(signal: AbortSignal): Promise<void> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const opening = new Set<string>();
    const tried = new Set<string>();

    async function look(): Promise<void> {
      // What is held is asked for after what is unsaved: who lets go of a document in between says so, and this looks again.
      const unsaved = new Set(await storage.unsaved());
      const held = await tabs.held();
      for (const document of tried) if (!unsaved.has(document)) tried.delete(document);
      for (const document of unsaved) {
        if (signal.aborted || opening.size >= maxOpen) return;
        if (!held.has(document) && !tried.has(document) && !opening.has(document)) void see(document);
      }
    }

    async function see(document: string): Promise<void> {
      opening.add(document);
      tried.add(document);
      try {
        await open(document);
      } catch {
        // It stays unsaved, and whoever opens it is told why.
      }
      opening.delete(document);
      lookQuietly();
    }

    /** A storage that fails now is looked into at the next occasion. */
    function lookQuietly(): void {
      look().catch(() => undefined);
    }

    const stops = [
      tabs.onReleased(lookQuietly),
      onWake(() => {
        tried.clear();
        lookQuietly();
      }),
    ];
    signal.addEventListener('abort', () => resolve(), { once: true });
    lookQuietly();
    await ended;
    for (const stop of stops) stop();
  }

  void tabs.alone('documents', watch, end.signal);
  return () => end.abort();
}
