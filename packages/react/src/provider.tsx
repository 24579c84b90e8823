import type { Client } from '@concord/client';
import type { ConcordConfig } from '@concord/schema';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { createLeases, type Leases } from './leases.ts';

export interface ConcordProviderProps<C extends ConcordConfig = ConcordConfig> {
  /** Made and closed by the page: a provider that comes and goes takes nothing with it. */
  readonly client: Client<C>;
  readonly children?: ReactNode;
}

interface Provided {
  readonly client: Client;
  readonly leases: Leases;
}

const Context = createContext<Provided | null>(null);

/** The client of all hooks below. */
export function ConcordProvider<C extends ConcordConfig>({ client, children }: ConcordProviderProps<C>): ReactNode {
  const provided = useMemo(() => providedBy(client as unknown as Client), [client]);
  return <Context value={provided}>{children}</Context>;
}

/** One per client and not per provider: one that suspends before it was mounted is made anew each time it is tried. */
const leasesOf = new WeakMap<Client, Leases>();

function providedBy(client: Client): Provided {
  const leases = leasesOf.get(client) ?? createLeases();
  leasesOf.set(client, leases);
  return { client, leases };
}

/** Throws where no provider is above. */
export function useProvided(): Provided {
  const provided = use(Context);
  if (provided === null) throw new TypeError('This hook needs a <ConcordProvider> above it.');
  return provided;
}

export function useClient(): Client {
  return useProvided().client;
}
