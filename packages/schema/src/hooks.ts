import type { FeedEvent, Json, Operation, RealtimeRequest, RecordView } from '@concord/protocol';
import type { Report } from './config-error.ts';
import { isPlainObject } from './json-value.ts';
import { join } from './options.ts';
import type { PolicyUser } from './policy.ts';

/** Who a hook is called about. */
export type HookUser = PolicyUser;

/** What stays open between somebody and the server. */
export interface HookConnection {
  /** The same in every hook about it; of no other connection of this process. */
  readonly id: string;
  /** `sync`, `yjs` and `http`, a visit by one request: documents; `realtime` and `sse`: the feed. */
  readonly transport: 'sync' | 'yjs' | 'http' | 'realtime' | 'sse';
  readonly user: HookUser;
}

/** What somebody is told of from now on: a document, or what it asked for of the feed. */
export type HookSubscription =
  | { readonly document: string }
  | {
      readonly id: string;
      readonly collections: readonly string[];
      readonly record: string | undefined;
      readonly filter: string | undefined;
    };

/** A write by request that is about to be carried out. */
export interface HookChange {
  readonly operation: Operation | 'restore' | 'purge';
  readonly collection: string;
  readonly record: string;
  readonly user: HookUser;
  /** The record as its user sees it; undefined where there is none. */
  readonly before: RecordView | undefined;
  /** The values that are to be written, checked and with their defaults; none for others than creates and updates. */
  readonly values: { readonly [field: string]: Json };
}

/** An event as it is kept, with all fields, whoever may read them. */
export type HookEvent = Omit<FeedEvent, 'cursor' | 'match'> & { readonly account: string };

/**
 * What the server calls when something happens. Each is bounded in time (`limits.maxHookMs`); what one throws, or where it
 * takes longer, is logged, and keeps nobody else waiting. Only `beforeChange` is waited for.
 */
export interface Hooks {
  /** Somebody has connected, and said who it is. */
  readonly onConnect?: (event: { readonly connection: HookConnection }) => unknown;
  readonly onDisconnect?: (event: { readonly connection: HookConnection }) => unknown;
  /** A document has been opened, or a subscription to the feed begun. */
  readonly onSubscribe?: (event: { readonly connection: HookConnection; readonly subscription: HookSubscription }) => unknown;
  readonly onUnsubscribe?: (event: { readonly connection: HookConnection; readonly subscription: HookSubscription }) => unknown;
  /** A message on a realtime socket has been understood. Tokens are not among what is told. */
  readonly onMessage?: (event: {
    readonly connection: HookConnection;
    readonly message: Exclude<RealtimeRequest, { readonly action: 'authenticate' }>;
  }) => unknown;
  /**
   * In front of a write by request, under the record's lock. What it throws by {@link refuse} refuses the write, all of a
   * batch; where it fails otherwise, the write is refused with `hook_failed`. Edits in documents are not asked about:
   * one that was refused would be sent again for ever. The schema and access are what holds for them.
   */
  readonly beforeChange?: (change: HookChange) => unknown;
  /** Behind every change, however it was made, once it is durable. A crash may lose the call: what must not be missed reads the feed. */
  readonly afterChange?: (event: HookEvent) => unknown;
}

/** What {@link refuse} throws. */
export class HookRefusal extends Error {
  override readonly name = 'HookRefusal';
  readonly field: string | undefined;

  constructor(message: string, field: string | undefined) {
    super(message);
    this.field = field;
  }
}

/** Refuses a write from within `beforeChange`: it is answered with `change_refused`, this message and this field. */
export function refuse(message: string, field?: string): never {
  throw new HookRefusal(message, field);
}

const names: readonly (keyof Hooks)[] = [
  'onConnect',
  'onDisconnect',
  'onSubscribe',
  'onUnsubscribe',
  'onMessage',
  'beforeChange',
  'afterChange',
];

/** Checks that what is given are hooks. */
export function compileHooks(config: unknown, report: Report): Hooks {
  if (config === undefined) return {};
  if (!isPlainObject(config)) {
    report('hooks', 'must be an object');
    return {};
  }
  for (const [name, hook] of Object.entries(config)) {
    if (!(names as readonly string[]).includes(name)) report(join('hooks', name), `is no hook: there are ${names.join(', ')}`);
    else if (typeof hook !== 'function') report(join('hooks', name), 'must be a function');
  }
  return config;
}
