import { createClient } from '@concord/client';
import { createCell, type Live } from '../base/cell.ts';
import type { AnyClient } from '../record/any-record.ts';
import { createContext, type Context } from './context.ts';

/** The client of a `<concord-client>` around. */
export const clientContext: Context<AnyClient> = createContext('concord-client');

const fallback = createCell<AnyClient | undefined>(undefined);

/** The client of elements that neither have one of their own nor stand in one that has. */
export const defaultClient: Live<AnyClient | undefined> = fallback;

/** Gives a client to all elements of the page that have none. It stays the page's: whoever made it closes it. */
export function setDefaultClient(client: AnyClient | undefined): void {
  fallback.set(client);
}

export type Token = string | (() => string | Promise<string>);

/** A client that several elements use, and how to say that one of them does not any more. */
export interface Lease {
  readonly client: AnyClient;
  release(): void;
}

const open = new Map<Token, Map<string, { readonly client: AnyClient; users: number }>>();

/** The client for this server and token: one for all elements of the page that name the same. The last one closes it. */
export function leaseClient(url: string, token: Token): Lease {
  const byUrl = open.get(token) ?? new Map<string, { readonly client: AnyClient; users: number }>();
  const entry = byUrl.get(url) ?? { client: createClient({ url, token }) as AnyClient, users: 0 };
  entry.users += 1;
  open.set(token, byUrl.set(url, entry));
  let isReleased = false;
  return {
    client: entry.client,
    release() {
      if (isReleased) return;
      isReleased = true;
      entry.users -= 1;
      // An element that is moved leaves and comes back within a task: its client stays.
      setTimeout(() => {
        if (entry.users > 0 || byUrl.get(url) !== entry) return;
        byUrl.delete(url);
        if (byUrl.size === 0) open.delete(token);
        void entry.client.close(); // what it keeps stays on this device; nobody waits for its end
      });
    },
  };
}
