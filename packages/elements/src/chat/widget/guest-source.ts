import { ConcordError, errorTable, type ErrorBody } from '@concord/protocol';
import { createCell, type Live } from '../../base/cell.ts';

/** A visitor without an account of their own, who may see one record. */
export interface Guest {
  readonly user: { readonly id: string; readonly name: string };
  readonly collection: string;
  readonly record: string;
  readonly token: string;
  /** RFC 3339 */
  readonly expiresAt: string;
}

export interface GuestSource {
  /** Who has come by this browser before, or now; undefined where nobody has. */
  readonly guest: Live<Guest | undefined>;
  /** Comes as a guest. Throws the `ConcordError` that the server answers with. */
  start(name: string): Promise<void>;
  /** The guest that is kept, and their record, are given up. */
  forget(): void;
  /** For a client: renews the token that is kept, and forgets the guest where the server does not know them any more. */
  token(): Promise<string>;
}

/** @param url of the server */
export function createGuestSource(url: string, account: string, collection: string): GuestSource {
  const key = `concord-guest:${url}:${account}:${collection}`;
  const guest = createCell<Guest | undefined>(readKept(key));
  let hasGiven = false;

  async function ask(body: object): Promise<Guest> {
    let response: Response;
    try {
      response = await fetch(`${url}/api/v1/auth/guest`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    } catch (cause) {
      throw new ConcordError('unreachable', { cause });
    }
    const answer = (await response.json()) as Guest | ErrorBody;
    if (!('error' in answer)) return answer;
    const { code, message } = answer.error;
    throw new ConcordError(Object.hasOwn(errorTable, code) ? code : 'internal', { message });
  }

  function keep(next: Guest | undefined): void {
    guest.set(next);
    try {
      if (next === undefined) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // A browser that keeps nothing: the guest is gone with the page.
    }
  }

  return {
    guest,
    async start(name) {
      keep(await ask({ account, collection, ...(name.trim() === '' ? {} : { name: name.trim() }) }));
    },
    forget: () => keep(undefined),
    async token() {
      // Another tab may have renewed it.
      const there = readKept(key);
      const before = guest.get();
      const isNewer = there !== undefined && there.token !== before?.token && there.user.id === before?.user.id;
      if (isNewer) {
        guest.set(there);
        hasGiven = false;
      }
      const kept = guest.get();
      if (kept === undefined) throw new ConcordError('unauthenticated');
      const isFresh = Date.parse(kept.expiresAt) > Date.now() + 60_000;
      // Who asks again has seen the last one refused, or about to end.
      if (isFresh && !hasGiven) {
        hasGiven = true;
        return kept.token;
      }
      try {
        const next = { ...kept, ...(await ask({ token: kept.token })) };
        keep(next);
        return next.token;
      } catch (error) {
        if (error instanceof ConcordError && ['never', 'reauth'].includes(error.entry.retry)) keep(undefined);
        throw error;
      }
    },
  };
}

function readKept(key: string): Guest | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Guest> | null;
    return typeof kept?.token === 'string' && typeof kept.record === 'string' ? (kept as Guest) : undefined;
  } catch {
    return undefined;
  }
}
