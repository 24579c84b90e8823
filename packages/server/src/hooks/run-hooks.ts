import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { ConcordError } from '@concord/protocol';
import {
  HookRefusal,
  type HookChange,
  type HookConnection,
  type HookEvent,
  type Hooks,
  type HookSubscription,
} from '@concord/schema';
import { policyUserOf, type Principal } from '../access/principal.ts';
import type { Clock } from '../clock.ts';

/** One connection, as hooks hear of it. */
export interface HookedConnection {
  /** It is over: what it had open is, too. */
  end(): void;
  subscribed(subscription: HookSubscription): void;
  unsubscribed(subscription: HookSubscription): void;
  message(message: Parameters<NonNullable<Hooks['onMessage']>>[0]['message']): void;
}

/** Calls the config's hooks. Nothing here throws but {@link HookRunner.beforeChange}, and nothing is held up by the others. */
export interface HookRunner {
  /** Somebody has connected by that transport. */
  connected(transport: HookConnection['transport'], principal: Principal): HookedConnection;
  /** @throws `change_refused` where the hook refuses, `hook_failed` where it fails or takes too long */
  beforeChange(changes: readonly HookChange[]): Promise<void>;
  /** Whether anybody wants to be asked before changes. */
  readonly asksBefore: boolean;
  /** `event` makes what is told, if anybody wants to know. */
  afterChange(event: () => HookEvent | undefined): void;
}

export interface HookRunnerOptions {
  readonly hooks: Hooks;
  readonly maxMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createHookRunner({ hooks, maxMs, clock, logger }: HookRunnerOptions): HookRunner {
  /** Resolves with what the hook comes to, in time or not. */
  async function call<E>(name: keyof Hooks, hook: (event: E) => unknown, event: E): Promise<Error | undefined> {
    let cancel = (): void => undefined;
    const late = new Promise<Error>((resolve) => {
      cancel = clock.after(maxMs, () => resolve(new Error(`It took longer than ${maxMs} ms.`)));
    });
    const done = (async () => {
      try {
        await hook(event);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    })();
    const failure = await Promise.race([done, late]);
    cancel();
    if (failure !== undefined && !(failure instanceof HookRefusal))
      logger.error({ err: failure, hook: name }, 'a hook has failed');
    return failure;
  }

  /** Does not wait for it. */
  function notify<E>(name: keyof Hooks, hook: ((event: E) => unknown) | undefined, event: E): void {
    if (hook !== undefined) void call(name, hook, event);
  }

  return {
    connected(transport, principal) {
      const connection: HookConnection = { id: randomBytes(9).toString('base64url'), transport, user: policyUserOf(principal) };
      const open = new Set<HookSubscription>();
      notify('onConnect', hooks.onConnect, { connection });
      return {
        end() {
          for (const subscription of open) notify('onUnsubscribe', hooks.onUnsubscribe, { connection, subscription });
          open.clear();
          notify('onDisconnect', hooks.onDisconnect, { connection });
        },
        subscribed(subscription) {
          open.add(subscription);
          notify('onSubscribe', hooks.onSubscribe, { connection, subscription });
        },
        unsubscribed(subscription) {
          if (open.delete(subscription)) notify('onUnsubscribe', hooks.onUnsubscribe, { connection, subscription });
        },
        message: (message) => notify('onMessage', hooks.onMessage, { connection, message }),
      };
    },

    asksBefore: hooks.beforeChange !== undefined,

    async beforeChange(changes) {
      const { beforeChange } = hooks;
      if (beforeChange === undefined) return;
      for (const [index, change] of changes.entries()) {
        const failure = await call('beforeChange', beforeChange, change);
        if (failure === undefined) continue;
        if (!(failure instanceof HookRefusal)) throw new ConcordError('hook_failed');
        const field = [changes.length > 1 ? `records.${index}` : undefined, failure.field].filter((part) => part !== undefined);
        throw new ConcordError('change_refused', {
          message: failure.message,
          field: field.length === 0 ? undefined : field.join('.'),
        });
      }
    },

    afterChange(event) {
      const told = hooks.afterChange && event();
      if (told !== undefined) notify('afterChange', hooks.afterChange, told);
    },
  };
}
