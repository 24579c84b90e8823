import type { ConcordConfig, RecordOf } from '@concord/schema';
import type { Change, ChangesOptions } from './changes.ts';
import type { Commands } from './commands.ts';
import type { ConnectionStatus } from './connection.ts';
import type { Inbox } from './inbox.ts';
import type { Live } from './live.ts';
import type { LiveLog } from './log.ts';
import type { CollectionPresence } from './presence.ts';
import type { LiveQuery, QueryOptions } from './query.ts';
import type { FieldsOfKind, LiveRecord } from './record.ts';
import type { ClientSchema } from './client-schema.ts';

/** The collections of a config, by name. */
export type CollectionName<C extends ConcordConfig> = keyof C['collections'] & string;

export interface ClientOptions {
  /** Of the server, as in `https://concord.example.com`. Documents and events share one socket to it. */
  readonly url: string;
  /**
   * A token or an API key, or what gets one. A function is called again before its token ends, after sleep, and when the
   * server does not take it any more; what it throws is tried again, unless it is a `ConcordError` that says never.
   */
  readonly token: string | (() => string | Promise<string>);
  /**
   * Where edits are kept that the server does not have yet, and what was seen of records. `indexeddb` (the default where
   * there is one) outlives the page and is shared by its tabs; `memory` ends with it.
   */
  readonly storage?: 'indexeddb' | 'memory';
  /** The ways to the server, in the order in which they are tried. All when left out. */
  readonly transports?: readonly Transport[];
  readonly fetch?: typeof fetch;
  readonly WebSocket?: typeof WebSocket;
}

/** `websocket` carries documents and events; the others events, and wake what syncs documents by requests. */
export type Transport = 'websocket' | 'sse' | 'longpoll' | 'poll';

/** A person, as others see them. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** Who the token speaks for. */
export interface Me extends Person {
  readonly account: string;
  readonly roles: readonly string[];
}

/** Says who belongs to a record, and as what. Each throws what the server refuses it with: `forbidden`, `last_owner`. */
export interface MemberCommands {
  set(user: string, role: string): Promise<void>;
  remove(user: string): Promise<void>;
  /** In the last of the roles. */
  join(): Promise<void>;
  leave(): Promise<void>;
}

/**
 * A connection to one account of a server. Nothing is asked of the server before something is wanted of it.
 *
 * `C` is the type of the server's config, for the types alone: `createClient<typeof config>(…)`.
 */
export interface Client<C extends ConcordConfig = ConcordConfig> {
  readonly status: Live<ConnectionStatus>;
  /** What the token's bearer sees of the config. Undefined until it is known; kept for when there is no network. */
  readonly schema: Live<ClientSchema | undefined>;
  /** Who the token speaks for, once it is known. */
  readonly me: Live<Me | undefined>;
  /** Writes that wait until they can be carried out, in order. */
  readonly commands: Commands<C>;
  /** A record that is open until its `close`. Several may be open of one record: they share its documents. */
  record<N extends CollectionName<C>>(collection: N, id: string): LiveRecord<C, N>;
  /** The records that fit, kept right as they change, until its `close`. */
  query<N extends CollectionName<C>>(collection: N, options?: QueryOptions): LiveQuery<RecordOf<C, N>>;
  /**
   * The feed, by whatever transport gets through. Ends when its `signal` aborts or the loop is left; throws where the
   * server refuses for good.
   */
  changes(options?: ChangesOptions): AsyncIterable<Change>;
  /** A log of a record, without the record's fields, until its `close`: the messages of a room, the comments on a ticket. */
  log<N extends CollectionName<C>>(collection: N, record: string, name: FieldsOfKind<C, N, 'log'>): LiveLog;
  /** What is new for the user in all logs that it follows. Loaded and connected as long as somebody subscribes. */
  readonly inbox: Inbox;
  /** Opens the one record that two people have between them; resolves with its id. */
  direct(collection: CollectionName<C>, user: string): Promise<string>;
  members(collection: CollectionName<C>, record: string): MemberCommands;
  /** Who is on which record of a collection, until its `close`. */
  presence(collection: CollectionName<C>): CollectionPresence;
  /** One record as it is now. Throws `not_found`, `record_deleted` and what else the server says. */
  get<N extends CollectionName<C>>(collection: N, id: string): Promise<RecordOf<C, N>>;
  /** People of the account, by the beginning of a word of their names or by their ids. */
  people(
    search: { readonly query: string; readonly limit?: number } | { readonly ids: readonly string[] },
  ): Promise<readonly Person[]>;
  /** A request to `/api/v1`, with the token. Throws the `ConcordError` that the server answers with. */
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Tries at once what waits for its next attempt, and after `denied`: there is another token. */
  reconnect(): void;
  /** Ends everything; edits that the server does not have yet stay on this device. */
  close(): Promise<void>;
  /** Erases what is kept on this device of this account and user, after `close`. */
  forget(): Promise<void>;
}
