import type { ConcordError, ErrorCode, Correction } from '@concord/protocol';
import type { ConcordConfig, FieldKind, FieldSchema, FieldsOf, KindOf, PatchOf, RecordOf } from '@concord/schema';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { ClientCollection } from './client-schema.ts';
import type { CollectionName } from './client.ts';
import type { Live } from './live.ts';
import type { LiveLog } from './log.ts';
import type { RecordPresence } from './presence.ts';

/** The fields of a collection that are of one of these kinds: any name where the types of the config are not given. */
export type FieldsOfKind<C extends ConcordConfig, N extends CollectionName<C>, Kind extends FieldKind> = {
  [F in keyof FieldsOf<C, N> & string]: KindOf<FieldsOf<C, N>[F]> extends Kind
    ? F
    : FieldKind extends KindOf<FieldsOf<C, N>[F]>
      ? F
      : never;
}[keyof FieldsOf<C, N> & string];

/**
 * Whether what was edited here is on the server's disk.
 *
 * `saved`: every edit made on this device is. `saving`: the server has yet to say so. `offline`: they are kept on this
 * device until it can. `refused`: the server does not take them; they are kept, and `export` hands them out.
 */
export type SaveState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving' }
  /** `isKept` is false where they are kept by this page alone, and end with it. */
  | { readonly kind: 'offline'; readonly changes: number; readonly isKept: boolean }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string; readonly changes: number };

export interface RecordStatus {
  /**
   * `loading`: nothing is there yet to show. `offline`, `syncing`, `live`: it can be read and edited. `denied`: the server
   * does not let the user read it (any more). `gone`: it is deleted, or was never there; see `error`.
   */
  readonly phase: 'loading' | 'offline' | 'syncing' | 'live' | 'denied' | 'gone';
  readonly save: SaveState;
  /** Some field may be written. For one: `mayWrite`. */
  readonly canWrite: boolean;
  readonly error?: ConcordError;
}

/** A record as the people who have it open see it, edited by all of them at once. */
export interface LiveRecord<C extends ConcordConfig = ConcordConfig, N extends CollectionName<C> = CollectionName<C>> {
  readonly collection: N;
  readonly id: string;
  readonly status: Live<RecordStatus>;
  /** Resolves when there is something to show; rejects where there never will be: denied, gone, closed. */
  readonly ready: Promise<void>;
  /** What may be read of the collection; undefined until it is known. After `ready` it is. */
  readonly schema: ClientCollection | undefined;
  readonly fields: RecordFields<C, N>;
  /** All fields that may be read, as plain JSON; undefined until `ready`. */
  readonly values: Live<Omit<RecordOf<C, N>, 'version' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'> | undefined>;
  /** The Yjs type that editor bindings take. Throws a `TypeError` before `ready` and where there is no such field to see. */
  text(field: FieldsOfKind<C, N, 'text'>): Y.Text;
  richText(field: FieldsOfKind<C, N, 'richText'>): Y.XmlFragment;
  list(field: FieldsOfKind<C, N, 'list'>): LiveList;
  counter(field: FieldsOfKind<C, N, 'counter'>): LiveCounter;
  set(field: FieldsOfKind<C, N, 'set'>): LiveSet;
  /** Opens a log of the record, which stays right until its own `close`. */
  log(name: FieldsOfKind<C, N, 'log'>): LiveLog;
  /** For cursors in the document that a field lies in. */
  awareness(field: keyof FieldsOf<C, N> & string): Awareness;
  readonly presence: RecordPresence;
  /** Of edits made in this tab, in all parts of the record, whoever made them (a binding, too). */
  readonly history: History;
  /** What the server had to put right in an edit of this tab: show it, as the value is another now. */
  onCorrected(listener: (corrections: readonly Correction[]) => void): () => void;
  /** All that was edited here, by document name, as Yjs updates: to keep what the server refuses. */
  export(): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Forgets the edits that the server refuses, and starts from what it has. */
  discard(): Promise<void>;
  /** Tries again after a refusal. */
  retry(): void;
  close(): void;
}

/** Reads and writes whole values. What many edit at once at a finer grain has a handle of its own. */
export interface RecordFields<C extends ConcordConfig, N extends CollectionName<C>> {
  /** Undefined before `ready` and where there is no such field to see. The same object until it has changed. */
  get<F extends keyof FieldsOf<C, N> & string>(field: F): RecordOf<C, N>[F & keyof RecordOf<C, N>] | undefined;
  /** Whether `get` answers a value, without reading it: a long text takes its time. */
  has(field: keyof FieldsOf<C, N> & string): boolean;
  /**
   * Throws `invalid_record` where the value breaks the schema, `forbidden` where the field may not be written; nothing is
   * changed then. A text, rich text, list or set is changed by the smallest edit.
   */
  set<F extends keyof FieldsOf<C, N> & string>(field: F, value: PatchOf<C, N>[F & keyof PatchOf<C, N>]): void;
  /** Several in one step: all of them or none, one update, one step to undo. */
  setAll(values: PatchOf<C, N>): void;
  /** What is wrong with a value, as in "must be at least 0", or null: to say while one types. */
  problem(field: keyof FieldsOf<C, N> & string, value: unknown): string | null;
  mayWrite(field: keyof FieldsOf<C, N> & string): boolean;
  subscribe(field: keyof FieldsOf<C, N> & string, listener: () => void): () => void;
  schema(field: keyof FieldsOf<C, N> & string): FieldSchema | undefined;
}

/** Rows that many edit at once: changes of different rows, or of different fields of one row, merge. */
export interface LiveList extends Live<readonly { readonly [field: string]: unknown }[]> {
  /** Throw `invalid_record` where a value breaks the schema; `RangeError` for an index that is not there. */
  insert(index: number, ...rows: readonly { readonly [field: string]: unknown }[]): void;
  push(...rows: readonly { readonly [field: string]: unknown }[]): void;
  set(index: number, field: string, value: unknown): void;
  delete(index: number, count?: number): void;
}

export interface LiveCounter extends Live<number> {
  add(by: number): void;
}

export interface LiveSet extends Live<readonly string[]> {
  add(member: string): void;
  delete(member: string): void;
}

export interface History {
  readonly state: Live<{ readonly canUndo: boolean; readonly canRedo: boolean }>;
  undo(): void;
  redo(): void;
  /** What comes next is a step of its own, however soon. */
  stop(): void;
}
