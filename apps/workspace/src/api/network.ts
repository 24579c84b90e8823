export interface NetworkListeners {
  /** The browser says offline, and the server does not answer either: sockets that look open are dead. */
  onUnreachable(): void;
  onBack(): void;
}

const probeTimeoutMs = 3_000;

/**
 * Watches the machine's network. A browser without one may still reach a server on the same machine, so
 * its word alone cuts nothing off. Returns how to stop.
 */
export function watchNetwork({ onUnreachable, onBack }: NetworkListeners): () => void {
  const stop = new AbortController();
  const { signal } = stop;

  function probe(): void {
    fetch('/healthz', { cache: 'no-store', signal: AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)]) }).catch(() => {
      if (!signal.aborted) onUnreachable();
    });
  }

  addEventListener('offline', probe, { signal });
  addEventListener('online', onBack, { signal });
  return () => stop.abort();
}
