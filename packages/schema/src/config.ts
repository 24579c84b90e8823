import type { Json, Limits } from '@concord/protocol';
import type { CompatConfig } from './compat.ts';
import type { FieldAccess, FieldConfig, InputOfFields, ViewOf } from './field.ts';
import type { Hooks } from './hooks.ts';
import type { AccessRule } from './policy.ts';
import type { TrustProxy } from './web-access.ts';

/**
 * Role lists, or policies. A rule that is absent admits every member of the account, an empty list nobody. To change or
 * delete a record one has to be able to read it.
 */
export interface CollectionAccess {
  readonly read?: AccessRule;
  readonly create?: AccessRule;
  /** The fields that have no access of their own. */
  readonly update?: AccessRule;
  /** Also to restore and to purge. */
  readonly delete?: AccessRule;
}

export interface CollectionConfig<Fields = { readonly [field: string]: FieldConfig }> {
  readonly fields: Fields;
  readonly access?: CollectionAccess;
  /** Access that several fields share, by the name that they give as their `group`: one document for all of them. */
  readonly groups?: { readonly [group: string]: FieldAccess };
  /** The first accepted write to a document that is not there makes the record. False when left out. */
  readonly createOnConnect?: boolean;
  /** An edit becomes an event after this long without another one. 250 when left out. */
  readonly quietMs?: number;
  /** … and at the latest this long after the first one. 1000 when left out. */
  readonly maxQuietMs?: number;
}

export interface DemoConfig {
  readonly account: string;
  readonly people: readonly DemoPerson[];
  readonly records: { readonly [collection: string]: readonly DemoRecord[] };
  /** What stands in the logs of these records, the oldest first, by collection, record and log. */
  readonly logs?: {
    readonly [collection: string]: { readonly [record: string]: { readonly [log: string]: readonly DemoEntry[] } };
  };
}
export interface DemoPerson {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly color?: string;
}
export interface DemoEntry {
  readonly author: string;
  /** Of somebody who is none of the demo's people. */
  readonly authorName?: string;
  readonly text: string;
  /** Before the demo was filled. */
  readonly minutesAgo: number;
  /** The place in the list, from 1, of the entry that this one replies to. */
  readonly replyTo?: number;
  /** Who has reacted with what. */
  readonly reactions?: { readonly [emoji: string]: readonly string[] };
  readonly isPinned?: boolean;
}
export type DemoRecord = { readonly id: string; readonly [field: string]: Json };

export interface ConcordConfig {
  readonly collections: { readonly [collection: string]: CollectionConfig };
  readonly limits?: Partial<Limits>;
  /** Events are kept whole for at least this long. Seven days when left out. */
  readonly feed?: { readonly keepMs?: number };
  readonly webhooks?: {
    /** Lets webhooks be sent to private and loopback addresses; never to link-local and metadata ones. False when left out. */
    readonly allowPrivate?: boolean;
    /** So many deliveries that are over are kept of each webhook, and as many dead letters. 10,000 when left out. */
    readonly logEntries?: number;
    /** … but no longer than this, except for dead letters. Seven days when left out. */
    readonly logKeepMs?: number;
  };
  /**
   * Pages of these origins (`https://app.example.com`) may use the server, beside those of its own; `*` lets all in.
   */
  readonly origins?: readonly string[];
  /** Which proxies are believed when they name the client's address. False when left out. */
  readonly trustProxy?: TrustProxy;
  /** What is called when something happens. */
  readonly hooks?: Hooks;
  /** The APIs of other systems, under `/compat`. */
  readonly compat?: CompatConfig;
  /** What a fresh demo store is filled with. */
  readonly demo?: DemoConfig;
}

/** Returns its argument: it is there for the types. Mistakes are found by `compileConfig`. */
export function defineConfig<const C extends ConcordConfig>(config: C): C {
  return config;
}

/** Returns its argument: it is there for the types. */
export function collection<const Fields extends { readonly [field: string]: FieldConfig }>(
  config: CollectionConfig<Fields>,
): CollectionConfig<Fields> {
  return config;
}

/** The fields of a collection of the config, as they are declared. */
export type FieldsOf<Config extends ConcordConfig, Name extends keyof Config['collections']> =
  Config['collections'][Name] extends CollectionConfig<infer Fields> ? Fields : never;

/** The fields every record has. */
export interface SystemFields {
  readonly id: string;
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** A record of a collection of the config, as reads and events carry it. */
export type RecordOf<Config extends ConcordConfig, Name extends keyof Config['collections']> = SystemFields &
  ViewOf<FieldsOf<Config, Name>>;

/** What creates a record. A scalar that is not required may be null: its default, or none. */
export type InputOf<Config extends ConcordConfig, Name extends keyof Config['collections']> = InputOfFields<
  FieldsOf<Config, Name>
>;

/** What changes a record: any of its fields. */
export type PatchOf<Config extends ConcordConfig, Name extends keyof Config['collections']> = Partial<InputOf<Config, Name>>;
