import type { Json } from '@concord/protocol';
import type { RichTextDoc } from './rich-text/nodes.ts';

/** Every kind of field there is, so far. The first seven are scalars: entries of the part's Y.Map `fields`. */
export const scalarKinds = ['string', 'number', 'boolean', 'date', 'enum', 'ref', 'json'] as const;
export const sharedKinds = ['text', 'richText', 'list', 'counter', 'set'] as const;
export type ScalarKind = (typeof scalarKinds)[number];
export type FieldKind = ScalarKind | (typeof sharedKinds)[number];

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

/** A field that may stand in a row of a list. */
export type ScalarFieldConfig = FieldConfig<ScalarKind>;

export interface StringOptions {
  /** Never null; a create must give it, unless there is a default. */
  readonly required?: boolean;
  readonly default?: string;
  /** Length in UTF-16 units. */
  readonly min?: number;
  readonly max?: number;
  /** Searched for in the value: write `^…$` for all of it. A string is compiled with the `u` flag. */
  readonly pattern?: RegExp | string;
}
export interface NumberOptions {
  readonly required?: boolean;
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}
export interface BooleanOptions {
  readonly required?: boolean;
  readonly default?: boolean;
}
export interface DateOptions {
  readonly required?: boolean;
  /** RFC 3339: `2026-11-21` or `2026-11-21T10:00:00Z`. */
  readonly default?: string;
}
export interface EnumOptions<Value extends string> {
  readonly required?: boolean;
  readonly default?: Value;
}
export interface RefOptions {
  readonly required?: boolean;
}
export interface JsonOptions {
  readonly required?: boolean;
  readonly default?: Json;
  /** Of the value as JSON text in UTF-8. */
  readonly maxBytes?: number;
}
export interface TextOptions {
  /** Length in UTF-16 units. */
  readonly max?: number;
}
export interface RichTextOptions {
  /** The root Y.XmlFragment's name, for editor bindings with a fixed one. The field's own name otherwise. */
  readonly root?: string;
}
export interface ListOptions {
  /** Rows. */
  readonly max?: number;
}
export interface SetOptions {
  /** Members. */
  readonly max?: number;
  /** Of a member, in UTF-16 units. */
  readonly maxLength?: number;
}

type NoOthers<Given, Known> = { readonly [K in Exclude<keyof Given, keyof Known>]: never };
type IsRequired<O> = O extends { readonly required: true } ? true : false;
type HasDefault<O> = O extends { readonly default: infer D } ? ([D] extends [undefined | null] ? false : true) : false;
type IsSet<O> = IsRequired<O> extends true ? true : HasDefault<O>;
type IsNeeded<O> = IsRequired<O> extends true ? (HasDefault<O> extends true ? false : true) : false;

/** A scalar with these options: null where it is neither required nor defaulted. */
export type ScalarConfig<Kind extends ScalarKind, Value, O> = FieldConfig<
  Kind,
  IsSet<O> extends true ? Value : Value | null,
  IsRequired<O> extends true ? Value : Value | null,
  IsNeeded<O>
>;

type Rows = { readonly [field: string]: ScalarFieldConfig };
type Show<T> = { [K in keyof T]: T[K] } & {};

/** The JSON of a record (or a row) of these fields, as it is read. */
export type ViewOf<Fields> = Show<{
  readonly [K in keyof Fields]: Fields[K] extends FieldConfig<FieldKind, infer View> ? View : never;
}>;

/** The JSON of a record (or a row) of these fields, as a create takes it. */
export type InputOfFields<Fields> = Show<
  {
    readonly [K in keyof Fields as Fields[K] extends FieldConfig<FieldKind, unknown, unknown, true> ? K : never]: InputOfField<
      Fields[K]
    >;
  } & {
    readonly [K in keyof Fields as Fields[K] extends FieldConfig<FieldKind, unknown, unknown, true> ? never : K]?: InputOfField<
      Fields[K]
    >;
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
  text(options?: TextOptions): FieldConfig<'text', string, string, false>;
  /** A ProseMirror document that many can edit at once. */
  richText(options?: RichTextOptions): FieldConfig<'richText', RichTextDoc, RichTextDoc, false>;
  /** Rows of scalars; concurrent edits to different rows, or fields of one row, merge. */
  list<const R extends Rows>(
    rows: R,
    options?: ListOptions,
  ): FieldConfig<'list', readonly ViewOf<R>[], readonly InputOfFields<R>[], false>;
  /** A whole number that many can add to at once. A number sets the total, `{ increment }` adds. */
  counter(options?: {}): FieldConfig<'counter', number, number | { readonly increment: number }, false>;
  /** Strings, each at most once; concurrent additions and removals of different members merge. */
  set(options?: SetOptions): FieldConfig<'set', readonly string[], readonly string[], false>;
}

export const field: FieldBuilders = {
  string: (options?: StringOptions) => ({ kind: 'string', options: { ...options } }),
  number: (options?: NumberOptions) => ({ kind: 'number', options: { ...options } }),
  boolean: (options?: BooleanOptions) => ({ kind: 'boolean', options: { ...options } }),
  date: (options?: DateOptions) => ({ kind: 'date', options: { ...options } }),
  enum: (values: readonly string[], options?: object) => ({ kind: 'enum', options: { ...options, values } }),
  ref: (collection: string, options?: RefOptions) => ({ kind: 'ref', options: { ...options, collection } }),
  json: (options?: JsonOptions) => ({ kind: 'json', options: { ...options } }),
  text: (options) => ({ kind: 'text', options: { ...options } }),
  richText: (options) => ({ kind: 'richText', options: { ...options } }),
  list: (rows, options) => ({ kind: 'list', options: { ...options, rows } }),
  counter: (options) => ({ kind: 'counter', options: { ...options } }),
  set: (options) => ({ kind: 'set', options: { ...options } }),
};
