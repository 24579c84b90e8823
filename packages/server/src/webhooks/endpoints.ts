import { ConcordError } from '@concord/protocol';
import type { Store } from '@concord/store';
import { decode, type Endpoint, type Progress } from './endpoint.ts';
import { endpointKey, endpointPrefix, progressKey } from './webhook-keys.ts';

const idPattern = /^[0-9a-f]{16}$/;

/** The endpoints that there are. */
export class Endpoints {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Those of all accounts, also what is being erased. */
  async *everywhere(): AsyncGenerator<Endpoint> {
    for await (const [, bytes] of this.#store.range({ prefix: endpointPrefix })) yield decode<Endpoint>(bytes);
  }

  async all(account: string): Promise<readonly Endpoint[]> {
    const found: Endpoint[] = [];
    for await (const [, bytes] of this.#store.range({ prefix: endpointKey(account) })) {
      const endpoint = decode<Endpoint>(bytes);
      if (endpoint.deleted === undefined) found.push(endpoint);
    }
    return found;
  }

  /** Throws `not_found`, for another account's as for none. */
  async find(account: string, id: string): Promise<Endpoint> {
    const bytes = idPattern.test(id) ? await this.#store.get(endpointKey(account, id)) : undefined;
    const endpoint = bytes && decode<Endpoint>(bytes);
    if (endpoint === undefined || endpoint.deleted === true) throw new ConcordError('not_found');
    return endpoint;
  }

  async progress({ account, id }: Pick<Endpoint, 'account' | 'id'>): Promise<Progress | undefined> {
    const bytes = await this.#store.get(progressKey(account, id));
    return bytes && decode<Progress>(bytes);
  }
}
