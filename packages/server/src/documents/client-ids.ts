import { randomInt } from 'node:crypto';
import * as Y from 'yjs';
import { ConcordError } from '@concord/protocol';
import type { Store, Transaction } from '@concord/store';
import { ownerPrefix } from './keys.ts';

/** How many client ids of one user a part keeps: somebody's first use of a page, a day, a device takes one each. */
const maxPerUser = 20_000;

/** And how many new ones an update may bring: somebody comes home from offline work on a page that was opened often. */
const maxPerUpdate = 1_000;

/** Users have names of at least one character. */
const theServer = '';

const text = { encoder: new TextEncoder(), decoder: new TextDecoder() };

/**
 * Whose the Yjs client ids of a part are (R4).
 *
 * Yjs takes two structs with the same id for one: who writes under another's id makes the server drop what
 * that one writes next. So an id belongs to the first user who wrote under it, and one to the server, under
 * which all of its own writes go. Kept beside the journal, one key an id, written with the entry that
 * brought it.
 */
export class ClientIds {
  readonly #owners: Map<number, string>;
  readonly #prefix: string;
  readonly #counts = new Map<string, number>();
  #unwritten: number[] = [];

  constructor(partName: string, owners: Map<number, string>) {
    this.#prefix = ownerPrefix(partName);
    this.#owners = owners;
    for (const owner of owners.values()) this.#count(owner);
  }

  /** Behind the load: has the document write under the server's id, which is made where there is none yet. */
  adopt(document: Y.Doc): void {
    let own = [...this.#owners].find(([, owner]) => owner === theServer)?.[0];
    if (own === undefined) {
      own = document.clientID;
      while (this.#owners.has(own) || Y.getState(document.store, own) > 0) own = randomInt(2 ** 32);
      this.#claim(own, theServer);
    }
    document.clientID = own;
  }

  /**
   * Takes note of who writes new structs under these ids. `announced` tells who was seen under an id without having
   * written yet: it is that one's, too.
   *
   * @throws `client_id_conflict` where one of them is somebody else's, `too_large` where the user has too many; then
   *   nothing has changed.
   */
  claim(clients: ReadonlySet<number>, user: string, announced: (client: number) => string | undefined): void {
    const fresh: number[] = [];
    for (const client of clients) {
      const owner = this.#owners.get(client);
      if (owner === undefined) fresh.push(client);
      if ((owner ?? announced(client) ?? user) !== user) throw new ConcordError('client_id_conflict');
    }
    // By user, so that nobody uses up what others need.
    if (fresh.length > maxPerUpdate || (this.#counts.get(user) ?? 0) + fresh.length > maxPerUser)
      throw new ConcordError('too_large');
    for (const client of fresh) this.#claim(client, user);
  }

  /** Within a commit's build: writes what was claimed since the last time. */
  write(tx: Transaction): void {
    for (const client of this.#unwritten) tx.put(this.#prefix + client, text.encoder.encode(this.#owners.get(client)));
    this.#unwritten = [];
  }

  /** Within a commit's build. */
  erase(tx: Transaction): void {
    for (const client of this.#owners.keys()) tx.delete(this.#prefix + client);
    this.#unwritten = [];
  }

  /** Whose it is; undefined where nobody has written under it. */
  ownerOf(client: number): string | undefined {
    return this.#owners.get(client);
  }

  #count(owner: string): void {
    this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1);
  }

  #claim(client: number, owner: string): void {
    this.#owners.set(client, owner);
    this.#count(owner);
    this.#unwritten.push(client);
  }
}

export async function readClientIds(store: Store, partName: string): Promise<ClientIds> {
  const prefix = ownerPrefix(partName);
  const owners = new Map<number, string>();
  for await (const [key, owner] of store.range({ prefix }))
    owners.set(Number(key.slice(prefix.length)), text.decoder.decode(owner));
  return new ClientIds(partName, owners);
}
