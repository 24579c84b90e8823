import type { PropertyDeclarations, ReactiveController } from 'lit';
import type { ConcordElement } from '../base/concord-element.ts';
import type { Watcher } from '../base/watcher.ts';
import type { AnyClient } from '../record/any-record.ts';
import { clientContext, defaultClient, leaseClient, type Lease, type Token } from './client-context.ts';
import { consume } from './context.ts';

/** The properties by which an element names its client. */
export interface ClientProperties {
  /** Of the server. The page's own origin when left out, where there is a token. */
  url: string | undefined;
  /** A token, as an attribute; or, as a property, a function that gets one, too. */
  token: Token | undefined;
  /** A client that there is already. It goes before `url` and `token`. */
  client: AnyClient | undefined;
}

export const clientProperties: PropertyDeclarations = {
  url: { type: String },
  token: {},
  client: { attribute: false },
};

export interface ClientSource extends ReactiveController {
  /** The client to use: the element's own, or that of what is around it, or the page's. Call it in `render` or before. */
  get(): AnyClient | undefined;
}

export function createClientSource(host: ConcordElement & ClientProperties, watcher: Watcher): ClientSource {
  const around = consume(host, clientContext);
  let lease: (Lease & { readonly url: string; readonly token: Token }) | undefined;

  function own(): AnyClient | undefined {
    const { token, client } = host;
    if (client !== undefined) return client;
    if (token === undefined || token === '') return undefined;
    const url = new URL(host.url ?? '/', location.href).href.replace(/\/$/, '');
    if (lease?.url !== url || lease.token !== token) {
      const before = lease;
      lease = { ...leaseClient(url, token), url, token };
      before?.release();
    }
    return lease.client;
  }

  const source: ClientSource = {
    get() {
      const client = host.isConnected ? own() : undefined;
      if (client === undefined || client !== lease?.client) release();
      if (client !== undefined) return client;
      return around.isProvided ? around.value : watcher.read(defaultClient);
    },
    hostDisconnected: release,
  };
  function release(): void {
    lease?.release();
    lease = undefined;
  }
  host.addController(source);
  return source;
}
