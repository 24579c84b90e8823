import type { Json } from '@concord/protocol';
import type { AccessRule } from './policy.ts';
import type { RichTextDoc } from './rich-text/nodes.ts';

/** Every kind of field there is, so far. The first seven are scalars: entries of the part's Y.Map `fields`. */
export const scalarKinds = ['string', 'number', 'boolean', 'date', 'enum', 'ref', 'json'] as const;
export const sharedKinds = ['text', 'richText', 'list', 'counter', 'set', 'members'] as const;
export type ScalarKind = (typeof scalarKinds)[number];
/** A log is no value of its record: it is read entry by entry, and the record's view does not hold it. */
export type FieldKind = ScalarKind | (typeof sharedKinds)[number] | 'log';

/**
 * A field as the config declares it. `View`, `Input` and `Needed` exist for the type checker only: what a
 * view holds, what a write may hold, and whether a create must hold it.
 */
export interface FieldConfig<
  Kind extends FieldKind = FieldKind,
  View = unknown,
  Input = unknown,
  Needed extends boolean = boolean,
> {
  readonly kind: Kind;
  readonly options: { readonly [option: string]: unknown };
  readonly '~types'?: { readonly view: View; readonly input: Input; readonly needed: Needed };
}

/** The kind of a declared field. */
export type KindOf<F> = F extends FieldConfig<infer Kind> ? Kind : never;

/** A field that may stand in a row of a list. */
export type ScalarFieldConfig = FieldConfig<ScalarKind>;

/** Who may read and write a field that has access of its own. A rule that is left out admits whoever the record's does. */
export interface FieldAccess {
  /** On top of the collection's: who may not read the record reads nothing of it. */
  readonly read?: AccessRule;
  /** Instead of the collection's `update`, among those who may read the field. */
  readonly write?: AccessRule;
}

/** What every field of a collection may have. A field with `access` or `group` lies in a document of its own. */
export interface FieldPlaceOptions {
  readonly access?: FieldAccess;
  /** One of the collection's `groups`, whose access it shares. */
  readonly group?: string;
  /** Those whom a policy admits by this field may write it, and so pass their access on. */
  readonly delegable?: boolean;
}

export interface StringOptions extends FieldPlaceOptions {
  /** Never null; a create must give it, unless there is a default. */
  readonly required?: boolean;
  readonly default?: string;
  /** Length in UTF-16 units. */
  readonly min?: number;
  readonly max?: number;
  /** Searched for in the value: write `^…$` for all of it. A string is compiled with the `u` flag. */
  readonly pattern?: RegExp | string;
}
export interface NumberOptions extends FieldPlaceOptions {
  readonly required?: boolean;
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}
export interface BooleanOptions extends FieldPlaceOptions {
  readonly required?: boolean;
  readonly default?: boolean;
}
export interface DateOptions extends FieldPlaceOptions {
  readonly required?: boolean;
  /** RFC 3339: `2026-11-21` or `2026-11-21T10:00:00Z`. */
  readonly default?: string;
}
export interface EnumOptions<Value extends string> extends FieldPlaceOptions {
  readonly required?: boolean;
  readonly default?: Value;
}
export interface RefOptions extends FieldPlaceOptions {
  readonly required?: boolean;
}
export interface JsonOptions extends FieldPlaceOptions {
  readonly required?: boolean;
  readonly default?: Json;
  /** Of the value as JSON text in UTF-8. */
  readonly maxBytes?: number;
}
export interface TextOptions extends FieldPlaceOptions {
  /** Length in UTF-16 units. */
  readonly max?: number;
}
export interface RichTextOptions extends FieldPlaceOptions {
  /** The root Y.XmlFragment's name, for editor bindings with a fixed one. The field's own name otherwise. */
  readonly root?: string;
}
export interface ListOptions extends FieldPlaceOptions {
  /** Rows. */
  readonly max?: number;
}
export interface SetOptions extends FieldPlaceOptions {
  /** Members. */
  readonly max?: number;
  /** Of a member, in UTF-16 units. */
  readonly maxLength?: number;
}

export interface MembersOptions {
  /** What somebody can be in the record. Those of the first role may invite, remove and say who is what. `['owner', 'member']` when left out. */
  readonly roles?: readonly string[];
  /** Who may make themselves members, in the last role. Nobody when left out. */
  readonly join?: AccessRule;
  /** Who may invite and remove, beside those of the first role. Nobody when left out. */
  readonly manage?: AccessRule;
  /**
   * Lets two people have one record between them, whoever opens it first: `POST …/direct`. It is made with these values,
   * and both are of the last role.
   */
  readonly direct?: { readonly [field: string]: Json };
  /**
   * Lets a visitor without an account have a record of its own: `POST /auth/guest`. It is made with these values; the
   * visitor is of the last role, as are those who are invited.
   */
  readonly guests?: { readonly values?: { readonly [field: string]: Json }; readonly invite?: readonly string[] };
}

/** Who may do what with a log. Nobody reads it who may not read the record. */
export interface LogAccess {
  readonly read?: AccessRule;
  /** To post, and to change and delete one's own; the collection's `update` when left out. */
  readonly write?: AccessRule;
  /** To change, delete and pin what others have posted; the collection's `delete` when left out. */
  readonly moderate?: AccessRule;
}

export interface LogOptions {
  readonly access?: LogAccess;
  /** Of an entry's text, in UTF-16 units. 8000 when left out. */
  readonly maxLength?: number;
  /** Seconds that have to lie between two entries of one author, or the name of the number field that holds them. */
  readonly slowMode?: number | string;
  /** Fields of the record whose changes are noted in the log: of `members`, who comes and who goes. */
  readonly notes?: readonly string[];
  /** What may be attached; nothing when false. Images, PDF and plain text up to 25 MiB, ten to an entry, when left out. */
  readonly attachments?:
    | false
    | {
        readonly maxBytes?: number;
        /** To one entry. */
        readonly max?: number;
        /** Media types: `image/png`, `image/*`. */
        readonly types?: readonly string[];
      };
}

/** Who belongs to a record, and as what: role by user id. */
export type Members = { readonly [user: string]: string };

type NoOthers<Given, Known> = { readonly [K in Exclude<keyof Given, keyof Known>]: never };
type IsRequired<O> = O extends { readonly required: true } ? true : false;
type HasDefault<O> = O extends { readonly default: infer D } ? ([D] extends [undefined | null] ? false : true) : false;
type IsSet<O> = IsRequired<O> extends true ? true : HasDefault<O>;
type IsNeeded<O> = IsRequired<O> extends true ? (HasDefault<O> extends true ? false : true) : false;

/** Undefined to who may not read the field. */
type Seen<O, View> = O extends { readonly access: object } | { readonly group: string } ? View | undefined : View;

/** A scalar with these options: null where it is neither required nor defaulted. */
export type ScalarConfig<Kind extends ScalarKind, Value, O> = FieldConfig<
  Kind,
  Seen<O, IsSet<O> extends true ? Value : Value | null>,
  IsRequired<O> extends true ? Value : Value | null,
  IsNeeded<O>
>;

type Rows = { readonly [field: string]: ScalarFieldConfig };
type Show<T> = { [K in keyof T]: T[K] } & {};

/** The JSON of a record (or a row) of these fields, as it is read. */
export type ViewOf<Fields> = Show<{
  readonly [K in keyof Fields as Fields[K] extends FieldConfig<'log'> ? never : K]: Fields[K] extends FieldConfig<
    FieldKind,
    infer View
  >
    ? View
    : never;
}>;

/** The JSON of a record (or a row) of these fields, as a create takes it. */
export type InputOfFields<Fields> = Show<
  {
    readonly [K in keyof Fields as Fields[K] extends FieldConfig<FieldKind, unknown, unknown, true> ? K : never]: InputOfField<
      Fields[K]
    >;
  } & {
    readonly [
      K in keyof Fields as Fields[K] extends FieldConfig<FieldKind, unknown, unknown, true> | FieldConfig<'log'> ? never : K
    ]?: InputOfField<Fields[K]>;
  }
>;
type InputOfField<F> = F extends FieldConfig<FieldKind, unknown, infer Input> ? Input : never;

/** The builders of all field kinds. What is wrong with their options is told by `compileConfig`, not here. */
export interface FieldBuilders {
  string<const O extends StringOptions = {}>(options?: O & NoOthers<O, StringOptions>): ScalarConfig<'string', string, O>;
  number<const O extends NumberOptions = {}>(options?: O & NoOthers<O, NumberOptions>): ScalarConfig<'number', number, O>;
  boolean<const O extends BooleanOptions = {}>(options?: O & NoOthers<O, BooleanOptions>): ScalarConfig<'boolean', boolean, O>;
  /** RFC 3339, a full date or a date with time and offset. */
  date<const O extends DateOptions = {}>(options?: O & NoOthers<O, DateOptions>): ScalarConfig<'date', string, O>;
  /** One of `values`, whose order is the order of sorting and comparing. */
  enum<const V extends string, const O extends EnumOptions<V> = {}>(
    values: readonly V[],
    options?: O & NoOthers<O, EnumOptions<V>>,
  ): ScalarConfig<'enum', V, O>;
  /** The id of a record of `collection`. That it exists is not checked. */
  ref<const O extends RefOptions = {}>(collection: string, options?: O & NoOthers<O, RefOptions>): ScalarConfig<'ref', string, O>;
  /** Any JSON value, replaced as a whole. */
  json<const O extends JsonOptions = {}>(options?: O & NoOthers<O, JsonOptions>): ScalarConfig<'json', Json, O>;
  /** Plain text that many can type into at once. */
  text<const O extends TextOptions = {}>(
    options?: O & NoOthers<O, TextOptions>,
  ): FieldConfig<'text', Seen<O, string>, string, false>;
  /** A ProseMirror document that many can edit at once. */
  richText<const O extends RichTextOptions = {}>(
    options?: O & NoOthers<O, RichTextOptions>,
  ): FieldConfig<'richText', Seen<O, RichTextDoc>, RichTextDoc, false>;
  /** Rows of scalars; concurrent edits to different rows, or fields of one row, merge. */
  list<const R extends Rows, const O extends ListOptions = {}>(
    rows: R,
    options?: O & NoOthers<O, ListOptions>,
  ): FieldConfig<'list', Seen<O, readonly ViewOf<R>[]>, readonly InputOfFields<R>[], false>;
  /** A whole number that many can add to at once. A number sets the total, `{ increment }` adds. */
  counter<const O extends FieldPlaceOptions = {}>(
    options?: O & NoOthers<O, FieldPlaceOptions>,
  ): FieldConfig<'counter', Seen<O, number>, number | { readonly increment: number }, false>;
  /** Strings, each at most once; concurrent additions and removals of different members merge. */
  set<const O extends SetOptions = {}>(
    options?: O & NoOthers<O, SetOptions>,
  ): FieldConfig<'set', Seen<O, readonly string[]>, readonly string[], false>;
  /** Who belongs to the record. Only commands change it: to invite, to join, to leave. A policy may read it. */
  members<const O extends MembersOptions = {}>(
    options?: O & NoOthers<O, MembersOptions>,
  ): FieldConfig<'members', Members, Members, false>;
  /** Messages, comments: entries in one order, which only commands change. */
  log<const O extends LogOptions = {}>(options?: O & NoOthers<O, LogOptions>): FieldConfig<'log', never, never, false>;
}

export const field: FieldBuilders = {
  string: (options?: StringOptions) => ({ kind: 'string', options: { ...options } }),
  number: (options?: NumberOptions) => ({ kind: 'number', options: { ...options } }),
  boolean: (options?: BooleanOptions) => ({ kind: 'boolean', options: { ...options } }),
  date: (options?: DateOptions) => ({ kind: 'date', options: { ...options } }),
  enum: (values: readonly string[], options?: object) => ({ kind: 'enum', options: { ...options, values } }),
  ref: (collection: string, options?: RefOptions) => ({ kind: 'ref', options: { ...options, collection } }),
  json: (options?: JsonOptions) => ({ kind: 'json', options: { ...options } }),
  text: (options?: TextOptions) => ({ kind: 'text', options: { ...options } }),
  richText: (options?: RichTextOptions) => ({ kind: 'richText', options: { ...options } }),
  list: (rows: Rows, options?: ListOptions) => ({ kind: 'list', options: { ...options, rows } }),
  counter: (options?: FieldPlaceOptions) => ({ kind: 'counter', options: { ...options } }),
  set: (options?: SetOptions) => ({ kind: 'set', options: { ...options } }),
  members: (options?: MembersOptions) => ({ kind: 'members', options: { ...options } }),
  log: (options?: LogOptions) => ({ kind: 'log', options: { ...options } }),
};
