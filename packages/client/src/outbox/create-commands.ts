import { ConcordError } from '@concord/protocol';
import type { ConcordConfig } from '@concord/schema';
import { uuidv4 } from 'lib0/random';
import type { Clock } from '../clock.ts';
import type { Commands, Sent } from '../commands.ts';
import type { ConnectionStatus } from '../connection.ts';
import type { Http } from '../http.ts';
import type { OpenStorage } from '../device/open-storage.ts';
import { createCell, createListeners, type Live } from '../live.ts';
import type { SchemaSource } from '../schema-source.ts';
import type { Tabs } from '../storage.ts';
import type { Wake } from '../wake.ts';
import type * as Carrying from './carrying.ts';
import type { Asked } from './check-command.ts';
import type { KeptCommand, KeptCommands } from './kept-commands.ts';
import { refuseIncrements } from './refuse-increments.ts';

export interface CommandsParts {
  readonly http: Pick<Http, 'json'>;
  readonly schema: Pick<SchemaSource, 'schema' | 'me'>;
  readonly clock: Clock;
  readonly wake: Pick<Wake, 'onWake'>;
  /** That the server can be reached again is a reason to try, too. */
  readonly ways: { readonly status: Live<ConnectionStatus> };
  /** Resolves once it is known whose commands they are. Asked for by the first command. */
  readonly prepare: () => Promise<Pick<OpenStorage, 'storage' | 'tabs'>>;
  /** It is known without having been asked for: what an earlier page has left is carried out, too. */
  readonly onPrepared: (listener: () => void) => () => void;
}

export interface ClosableCommands<C extends ConcordConfig> extends Commands<C> {
  /** What waits stays kept. */
  close(): void;
}

/** Who has made a command, and wants to know how it ends. */
interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What there is once it is known whose commands they are. */
interface Started {
  readonly kept: KeptCommands;
  readonly tabs: Tabs;
  readonly loaded: typeof Carrying;
}

/** Stands in front of the id of a command that some tab has given up. */
const discarded = 'outbox-discarded/';
const woken = 'outbox-wake';

/**
 * The outbox of all tabs. Each keeps its commands in the storage; one of them, which has the lock `outbox`, carries them
 * out. Where that one is killed, the next sends again what it was about, and the server tells the repetition by the record.
 */
export function createCommands<C extends ConcordConfig>(parts: CommandsParts): ClosableCommands<C> {
  const pending = createCell<readonly KeptCommand[]>([], sameCommands);
  /** By command; of those that are kept. */
  const waiters = new Map<string, Waiter>();
  /** On their way into the storage. Whoever makes a record may open it in the same turn, and finds that it is being made. */
  const arriving = new Map<string, KeptCommand>();
  let there: readonly KeptCommand[] = [];
  const end = new AbortController();
  let lastAt = 0;
  let carrying: typeof Carrying | undefined;
  let starting: Promise<Started> | undefined;

  async function start(): Promise<Started> {
    const [{ storage, tabs }, loaded] = await Promise.all([parts.prepare(), import('./carrying.ts')]);
    carrying = loaded;
    const kept = loaded.createKeptCommands(storage, tabs);
    // Where this fails, nothing has begun that a second start would double.
    await refresh(kept);
    const wakes = createListeners();
    const stops = [
      kept.onChange(() => void refresh(kept).catch(() => undefined)),
      tabs.onNotified((name) => {
        if (name === woken) wakes.call();
        if (name.startsWith(discarded)) give(name.slice(discarded.length));
      }),
      // The one that carries them out may be in the background, where nothing wakes it.
      parts.wake.onWake(() => tabs.notify(woken)),
      parts.ways.status.subscribe(() => {
        if (parts.ways.status.get().phase === 'live') tabs.notify(woken);
      }),
    ];
    end.signal.addEventListener('abort', () => {
      for (const stop of stops) stop();
    });
    // For what has changed before it was listened to.
    await refresh(kept).catch(() => undefined);
    const run = (signal: AbortSignal): Promise<void> =>
      loaded.runOutbox(
        {
          kept,
          clock: parts.clock,
          onWake: wakes.add,
          carryOut: (command, until) => loaded.carryOut(command, parts.http, parts.schema.me.get()?.id, until),
        },
        signal,
      );
    void tabs.alone('outbox', run, end.signal);
    return { kept, tabs, loaded };
  }

  function started(): Promise<Started> {
    starting ??= start().catch((error: unknown) => {
      starting = undefined;
      throw error;
    });
    return starting;
  }
  const stopListening = parts.onPrepared(() => void started().catch(() => undefined));

  /** Looks at what there is now, and tells those whose command has come to an end. */
  async function refresh(kept: KeptCommands): Promise<void> {
    there = await kept.list();
    show();
    lastAt = there.reduce((last, { at }) => Math.max(last, at), lastAt);
    const byId = new Map(there.map((command) => [command.id, command]));
    for (const [id, { resolve, reject }] of waiters) {
      const command = byId.get(id);
      if (command?.state === 'waiting') continue;
      waiters.delete(id);
      if (command?.error === undefined) resolve();
      else reject(new ConcordError(command.error.code, command.error));
    }
  }

  function show(): void {
    const ids = new Set(there.map(({ id }) => id));
    pending.set([...there, ...[...arriving.values()].filter(({ id }) => !ids.has(id))]);
  }

  /** Another tab, or this one, has given a command up. */
  function give(id: string): void {
    waiters.get(id)?.reject(new DOMException('The command was given up.', 'AbortError'));
    waiters.delete(id);
  }

  function enqueue(asked: Asked, isOwnId = false): Sent {
    const { schema } = parts.schema;
    refuseIncrements(schema.get(), asked.collection, asked.operation === 'create' ? undefined : asked.values);
    const id = uuidv4();
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    let command: KeptCommand = {
      ...structuredClone(asked),
      id,
      at: parts.clock.now(),
      state: 'waiting',
      name: '',
      isOwnId,
      mayBeSent: false,
    };

    async function keep(): Promise<void> {
      carrying?.checkCommand(schema.get(), command);
      arriving.set(id, command);
      show();
      try {
        const { kept, loaded } = await started();
        // By what was kept of the schema, where nothing was known until now.
        loaded.checkCommand(schema.get(), command);
        const at = (lastAt = Math.max(parts.clock.now(), lastAt + 1));
        command = { ...command, at, name: loaded.commandName(at, id) };
        await kept.put(command);
        waiters.set(id, { resolve, reject });
        // It may have been carried out already, by another tab.
        await refresh(kept).catch(() => undefined);
      } finally {
        arriving.delete(id);
        show();
      }
    }

    const keeping = keep();
    keeping.catch(reject);
    // `pending` shows what has failed: who does not ask need not listen.
    done.catch(() => undefined);
    return { id, record: command.record, kept: keeping, done };
  }

  /** Does something with a command that has failed, if it still has: two tabs may be asked at once. */
  async function withFailed(
    id: string,
    work: (command: KeptCommand, kept: KeptCommands, tabs: Tabs) => Promise<void>,
  ): Promise<void> {
    const { kept, tabs } = await started();
    await tabs.alone(
      'outbox-failed',
      async () => {
        const command = (await kept.list()).find((one) => one.id === id && one.state === 'failed');
        if (command !== undefined) await work(command, kept, tabs);
      },
      end.signal,
    );
  }

  return {
    pending,
    create(collection, { id, ...values }) {
      return enqueue({ operation: 'create', collection, record: id ?? uuidv4(), values }, id === undefined);
    },
    update: (collection, record, values) => enqueue({ operation: 'update', collection, record, values: { ...values } }),
    delete: (collection, record) => enqueue({ operation: 'delete', collection, record }),
    restore: (collection, record) => enqueue({ operation: 'restore', collection, record }),
    retry: (id) =>
      withFailed(id, async ({ error: _refused, ...command }, kept) => {
        await kept.put({ ...command, state: 'waiting' });
      }),
    discard: (id) =>
      withFailed(id, async (command, kept, tabs) => {
        tabs.notify(discarded + id);
        await kept.remove(command);
      }),
    close() {
      stopListening();
      end.abort();
    },
  };
}

function sameCommands(a: readonly KeptCommand[], b: readonly KeptCommand[]): boolean {
  return a.length === b.length && a.every((command, index) => isSame(command, b[index] as KeptCommand));
}

function isSame(a: KeptCommand, b: KeptCommand): boolean {
  return a.id === b.id && a.state === b.state && a.error?.message === b.error?.message;
}
