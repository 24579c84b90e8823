import type { ConcordConfig } from '@concord/schema';
import { uuidv4 } from 'lib0/random';
import type { Clock } from '../clock.ts';
import type { Command, Commands, Sent } from '../commands.ts';
import type { ConnectionStatus } from '../connection.ts';
import type { OpenStorage } from '../device/open-storage.ts';
import type { Http } from '../http.ts';
import { createCell, createListeners, type Listeners, type Live } from '../live.ts';
import { onceLoaded } from '../once-loaded.ts';
import type { SchemaSource } from '../schema-source.ts';
import type { Wake } from '../wake.ts';
import type { Asked } from './check-command.ts';
import type { KeptCommand } from './kept-commands.ts';
import type { Outbox } from './outbox.ts';
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

export interface OwnCommands<C extends ConcordConfig> extends Commands<C> {
  /** What is about an entry of a log, or how far somebody has read in one. */
  enqueue(asked: Asked): Sent;
  /** This tab has had one carried out; called before it is gone from `pending`. */
  readonly carriedOut: Listeners<[command: KeptCommand, answer: unknown]>;
  /** What waits stays kept. */
  close(): void;
}

/** Who has made a command, and wants to know how it ends. */
export interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Takes commands, and hands them to the outbox, which is loaded when it is known whose it is. */
export function createCommands<C extends ConcordConfig>(parts: CommandsParts): OwnCommands<C> {
  const pending = createCell<readonly Command[]>([], sameCommands);
  const carriedOut = createListeners<[command: KeptCommand, answer: unknown]>();
  /** On their way into the outbox. Whoever makes a record may open it in the same turn, and finds that it is being made. */
  const arriving = new Map<string, KeptCommand>();
  let kept: readonly KeptCommand[] = [];
  let outbox: Outbox | undefined;
  let isClosed = false;

  function show(): void {
    const ids = new Set(kept.map(({ id }) => id));
    const all = [...kept, ...[...arriving.values()].filter(({ id }) => !ids.has(id))].filter(isShown);
    const before = new Map(pending.get().map((command) => [command.id, command]));
    // Each look into the storage makes them anew: who shows them need not.
    pending.set(all.map((command) => (isSame(command, before.get(command.id)) ? (before.get(command.id) as Command) : command)));
  }

  const opened = onceLoaded(async () => {
    const { openOutbox } = await import('./outbox.ts');
    const onChange = (now: readonly KeptCommand[]): void => {
      kept = now;
      show();
    };
    outbox = await openOutbox(parts, onChange, carriedOut.call);
    if (isClosed) outbox.close();
    return outbox;
  });
  const stopListening = parts.onPrepared(() => void opened().catch(() => undefined));

  function enqueue(asked: Asked, isOwnId = false): Sent {
    refuseIncrements(parts.schema.schema.get(), asked.collection, asked.operation === 'create' ? undefined : asked.values);
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    const id = uuidv4();
    const at = parts.clock.now();
    const command: KeptCommand = { ...structuredClone(asked), id, at, state: 'waiting', name: '', isOwnId, mayBeSent: false };

    async function keep(): Promise<void> {
      outbox?.check(command);
      arriving.set(id, command);
      show();
      try {
        const into = await opened();
        await into.add(command, { resolve, reject });
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

  return {
    pending,
    carriedOut,
    enqueue,
    create(collection, { id, ...values }) {
      return enqueue({ operation: 'create', collection, record: id ?? uuidv4(), values }, id === undefined);
    },
    update: (collection, record, values) => enqueue({ operation: 'update', collection, record, values: { ...values } }),
    delete: (collection, record) => enqueue({ operation: 'delete', collection, record }),
    restore: (collection, record) => enqueue({ operation: 'restore', collection, record }),
    retry: async (id) => (await opened()).retry(id),
    discard: async (id) => (await opened()).discard(id),
    close() {
      isClosed = true;
      stopListening();
      outbox?.close();
    },
  };
}

function isShown(command: KeptCommand): command is KeptCommand & Command {
  return command.operation !== 'read';
}

function sameCommands(a: readonly Command[], b: readonly Command[]): boolean {
  return a.length === b.length && a.every((command, index) => isSame(command, b[index]));
}

function isSame(a: Command, b: Command | undefined): boolean {
  return a.id === b?.id && a.state === b.state && a.error?.message === b.error?.message;
}
