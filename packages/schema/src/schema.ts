import type { Json, Limits } from '@concord/protocol';
import type { CompatSchema } from './compat.ts';
import type { DemoConfig } from './config.ts';
import type { ScalarKind } from './field.ts';
import type { Hooks } from './hooks.ts';
import type { AccessRule } from './policy.ts';
import type { TrustProxy } from './web-access.ts';

interface Scalar<Kind extends ScalarKind, Value extends Json> {
  readonly kind: Kind;
  readonly name: string;
  readonly required: boolean;
  /** Null where there is none. */
  readonly default: Value | null;
}

export interface StringSchema extends Scalar<'string', string> {
  readonly min: number;
  readonly max: number | null;
  readonly pattern: RegExp | null;
}
export interface NumberSchema extends Scalar<'number', number> {
  readonly min: number | null;
  readonly max: number | null;
  readonly integer: boolean;
}
export type BooleanSchema = Scalar<'boolean', boolean>;
export type DateSchema = Scalar<'date', string>;
export interface EnumSchema extends Scalar<'enum', string> {
  readonly values: readonly string[];
}
export interface RefSchema extends Scalar<'ref', string> {
  readonly collection: string;
}
export interface JsonFieldSchema extends Scalar<'json', Json> {
  readonly maxBytes: number | null;
  readonly maxDepth: number;
}

/** A field that is an entry of the Y.Map `fields`, or of a list's row. */
export type ScalarSchema = StringSchema | NumberSchema | BooleanSchema | DateSchema | EnumSchema | RefSchema | JsonFieldSchema;

export interface TextSchema {
  readonly kind: 'text';
  readonly name: string;
  /** The name of the root Y.Text. */
  readonly root: string;
  readonly max: number | null;
}
export interface RichTextSchema {
  readonly kind: 'richText';
  readonly name: string;
  readonly root: string;
}
export interface ListSchema {
  readonly kind: 'list';
  readonly name: string;
  readonly root: string;
  readonly rows: ReadonlyMap<string, ScalarSchema>;
  readonly max: number | null;
}
export interface CounterSchema {
  readonly kind: 'counter';
  readonly name: string;
  readonly root: string;
}
export interface SetSchema {
  readonly kind: 'set';
  readonly name: string;
  readonly root: string;
  readonly max: number | null;
  readonly maxLength: number | null;
}
export interface MembersSchema {
  readonly kind: 'members';
  readonly name: string;
  /** The name of the root Y.Map from user to role. */
  readonly root: string;
  /** The first is that of who may manage. */
  readonly roles: readonly [string, ...string[]];
  readonly join: Rule;
  readonly manage: Rule;
  readonly direct: Fields | null;
  readonly guests: { readonly values: Fields; readonly invite: readonly string[] } | null;
}

/** A field with a root type of its own. */
export type SharedSchema = TextSchema | RichTextSchema | ListSchema | CounterSchema | SetSchema | MembersSchema;
export type FieldSchema = ScalarSchema | SharedSchema;

/** A log of each record: it lies in segments, which are parts that the server alone writes. */
export interface LogSchema {
  readonly kind: 'log';
  readonly name: string;
  readonly access: { readonly read: Rule; readonly write: Rule; readonly moderate: Rule };
  /** Of an entry's text, in UTF-16 units. */
  readonly maxLength: number;
  /** Seconds between two entries of one author, or the field that holds them. */
  readonly slowMode: number | string | null;
  /** The fields whose changes are noted in it. */
  readonly notes: readonly string[];
  readonly attachments: { readonly maxBytes: number; readonly max: number; readonly types: readonly string[] } | null;
  /** What its segments are as parts: without fields, and written by nobody. */
  readonly part: PartSchema;
}

/** What has fields: a collection, what somebody may see of one, or a part. */
export interface FieldSet {
  /** In the order of declaration. */
  readonly fields: ReadonlyMap<string, FieldSchema>;
}

/** Null admits every member of the account. */
export type Rule = AccessRule | null;

/** Fields that lie in one document, and so have the same readers and the same writers. */
export interface PartSchema extends FieldSet {
  /** Null for the content part, in which all fields without access of their own lie. */
  readonly name: string | null;
  readonly access: { readonly read: Rule; readonly write: Rule };
}

/** What of a collection somebody may see: all of its fields, or some. */
export interface VisibleCollection extends FieldSet {
  readonly name: string;
  readonly limits: Limits;
}

export interface CollectionSchema extends VisibleCollection {
  readonly access: { readonly read: Rule; readonly create: Rule; readonly update: Rule; readonly delete: Rule };
  readonly content: PartSchema;
  /** By name, in the order of declaration: the parts with access of their own. */
  readonly parts: ReadonlyMap<string, PartSchema>;
  /** The part of each field that has access of its own; the others lie in the content part. */
  readonly partOf: ReadonlyMap<string, string>;
  /** By name, in the order of declaration. */
  readonly logs: ReadonlyMap<string, LogSchema>;
  /** The field that says who belongs to a record, if there is one. */
  readonly members: MembersSchema | null;
  /** Every field that a policy of this collection reads. */
  readonly policyFields: ReadonlySet<string>;
  readonly createOnConnect: boolean;
  readonly quietMs: number;
  readonly maxQuietMs: number;
}

/** A config that has been checked. */
export interface Schema {
  readonly collections: ReadonlyMap<string, CollectionSchema>;
  readonly limits: Limits;
  readonly feed: { readonly keepMs: number };
  readonly webhooks: { readonly allowPrivate: boolean; readonly logEntries: number; readonly logKeepMs: number };
  /** Pages of these origins are let in, beside those of the server's own. */
  readonly origins: readonly string[];
  readonly trustProxy: TrustProxy;
  readonly hooks: Hooks;
  readonly compat: CompatSchema;
  readonly demo: DemoConfig | null;
  /** A digest of the collections (not of limits and demo data): 16 hex digits, the same on every machine. */
  readonly version: string;
}

/** The values of a record's fields, by name. */
export type Fields = { readonly [field: string]: Json };

/** Whether the field is an entry of the Y.Map `fields`. */
export function isScalar(field: FieldSchema): field is ScalarSchema {
  return !('root' in field);
}
