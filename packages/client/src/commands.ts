import type { ErrorCode, LogAttachment } from '@concord/protocol';
import type { ConcordConfig, InputOf, PatchOf } from '@concord/schema';
import type { CollectionName } from './client.ts';
import type { Live } from './live.ts';

/** A write by request, as it waits on this device. */
export interface Command {
  /** The server carries out one of the same id once, however often it is sent. */
  readonly id: string;
  /** `post`, `edit` and `remove` are about an entry of a log of the record. */
  readonly operation: 'create' | 'update' | 'delete' | 'restore' | 'post' | 'edit' | 'remove';
  readonly collection: string;
  readonly record: string;
  readonly values?: { readonly [field: string]: unknown };
  readonly log?: string;
  /** Of those that are about one entry: its id. */
  readonly entry?: string;
  /** What is sent about it. */
  readonly body?: { readonly [name: string]: unknown };
  /** Of an entry that is to be posted: what shows of it that is not sent. */
  readonly shown?: {
    readonly replyTo?: { readonly id: string; readonly seq: number };
    readonly attachments?: readonly LogAttachment[];
  };
  /** Milliseconds since the epoch. */
  readonly at: number;
  /**
   * `failed`: the server refuses it; it waits for `retry` or `discard`, and keeps no other record's back. What is about an
   * entry of a log keeps back nothing.
   */
  readonly state: 'waiting' | 'failed';
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly field?: string };
}

/**
 * One ordered outbox for all tabs of a person: what is asked for while there is no network is kept on this device, and
 * carried out in order, once, when there is.
 */
export interface Commands<C extends ConcordConfig> {
  /** What is not carried out yet, in order. */
  readonly pending: Live<readonly Command[]>;
  /** Resolves with the id once the command is kept here; `done` once the server has carried it out. */
  create<N extends CollectionName<C>>(collection: N, values: InputOf<C, N> & { readonly id?: string }): Sent;
  update<N extends CollectionName<C>>(collection: N, id: string, values: PatchOf<C, N>): Sent;
  delete(collection: CollectionName<C>, id: string): Sent;
  restore(collection: CollectionName<C>, id: string): Sent;
  /** Sends one that has failed again. */
  retry(id: string): Promise<void>;
  /** Gives one that has failed up. */
  discard(id: string): Promise<void>;
}

export interface Sent {
  readonly id: string;
  /** The record's, which a create may have made. */
  readonly record: string;
  /** It is kept on this device: a closed tab does not lose it. Rejects where it breaks the schema. */
  readonly kept: Promise<void>;
  /** The server has carried it out. Rejects with its refusal, or when it was given up. */
  readonly done: Promise<void>;
}
