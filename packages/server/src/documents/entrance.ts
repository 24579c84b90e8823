import type { Connection } from '@hocuspocus/server';
import { ConcordError, parseDocumentName, parsePresenceName, type CollectionAddress, type PartAddress } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import type { RecordRow } from '../records/record-row.ts';
import type { Audience, RightsOn } from './audience.ts';
import type { Sight } from './awareness-room.ts';
import type { PartLoader } from './part-loader.ts';
import { Refusal, refusing, type RefusalListeners } from './refusal.ts';
import type { SocketContext, SyncSocket } from './sync-socket.ts';

/** Somebody who may open a document. */
export interface Admission {
  readonly principal: Principal;
  readonly readOnly: boolean;
  /** What they may see of where others are, where it is the presence of a collection that they open. */
  readonly sight?: Sight;
}

/**
 * Throws a `ConcordError` where the document may not be opened with that token. `live` answers the record as it was last
 * published where a part of it is loaded: of many who come at once not each has to read it.
 */
export type Admit = (token: string, address: PartAddress, live: () => RecordRow | undefined) => Promise<Admission>;

/** The same for the presence of a collection. */
export type AdmitPresence = (token: string, address: CollectionAddress) => Promise<Admission>;

export interface EntranceOptions extends RefusalListeners {
  readonly admit: Admit;
  readonly admitPresence: AdmitPresence;
  /** Asked when a document has been opened, and again whenever the answer may have changed. */
  readonly rightsOn: RightsOn;
  /** Calls `end` once the credential is revoked; returns what stops that. */
  readonly onRevoked: (credential: string, end: () => void) => () => void;
}

/** Who comes into a document, by which token, and for how long. */
export class Entrance {
  readonly #options: EntranceOptions;
  readonly #audience: Audience;
  readonly #parts: PartLoader;

  constructor(options: EntranceOptions, audience: Audience, parts: PartLoader) {
    this.#options = options;
    this.#audience = audience;
    this.#parts = parts;
  }

  /** The first token for a document on that socket. Throws what refuses it. */
  async enter(socket: SyncSocket, name: string, token: string): Promise<Admission> {
    const admission = await this.#admit(token, name);
    const { principal } = admission;
    // The record may have changed since it was read for that; a document that is open shows at once who is there.
    const part = this.#parts.get(name);
    if (part !== undefined && this.#options.rightsOn(principal, part).sight === undefined) throw new ConcordError('not_found');
    socket.admit(principal);
    this.#dependOn(socket, principal);
    return admission;
  }

  /**
   * A live connection has sent another token, because it was asked to or because it has one. Who it is for stays
   * the same: edits that wait for their commit are theirs. Never throws, as Hocuspocus would print it.
   */
  async renew(connection: Connection<SocketContext>, name: string, token: string): Promise<void> {
    const { context } = connection;
    try {
      const { principal, sight } = await refusing(name, this.#options, () => this.#admit(token, name));
      if (principal.user !== context.principal?.user) throw new Refusal('forbidden');
      context.socket.renew(connection, principal);
      if (sight !== undefined) context.sight = sight;
      this.#dependOn(context.socket, principal);
      const part = this.#parts.get(name);
      if (part !== undefined) this.#audience.judge(connection, part);
      this.#options.logger.debug({ document: name, user: principal.user }, 'token renewed');
    } catch (error) {
      context.socket.endDocument(connection, error instanceof Refusal ? error.reason : 'internal');
    }
  }

  #admit(token: string, name: string): Promise<Admission> {
    const collection = parsePresenceName(name);
    if (collection !== undefined) return this.#options.admitPresence(token, collection);
    const address = parseDocumentName(name);
    return this.#options.admit(token, address, () => this.#parts.recordAt(address)?.row);
  }

  #dependOn(socket: SyncSocket, { credential }: Principal): void {
    if (credential !== undefined) socket.dependOn(credential, this.#options.onRevoked);
  }
}
