import type { Clock } from '../clock.ts';
import type { Principal } from './principal.ts';

/**
 * Tells whoever serves somebody by a credential (an API key, a session of a built-in user) that it is no longer
 * good, so that what is open ends at once.
 */
export interface Revocations {
  revoke(credential: string): void;
  /** Calls `end` once when `credential` is revoked, or at once if it has just been. Returns what stops that. */
  onRevoked(credential: string, end: () => void): () => void;
}

/** Longer than a request may take from being let in to being served. */
const rememberMs = 60_000;

export function createRevocations(clock: Clock): Revocations {
  const listeners = new Map<string, Set<() => void>>();
  const recent = new Set<string>();
  return {
    revoke(credential) {
      recent.add(credential);
      clock.after(rememberMs, () => recent.delete(credential));
      const ends = listeners.get(credential) ?? new Set();
      listeners.delete(credential);
      for (const end of ends) end();
    },
    onRevoked(credential, end) {
      if (recent.has(credential)) {
        end();
        return () => undefined;
      }
      const ends = listeners.get(credential) ?? new Set();
      listeners.set(credential, ends.add(end));
      return () => {
        ends.delete(end);
        if (ends.size === 0 && listeners.get(credential) === ends) listeners.delete(credential);
      };
    },
  };
}

/** Calls `end` when what somebody was let in by is revoked; returns what stops that. */
export function whenRevoked(revocations: Revocations | undefined, { credential }: Principal, end: () => void): () => void {
  return (credential !== undefined && revocations?.onRevoked(credential, end)) || (() => undefined);
}
