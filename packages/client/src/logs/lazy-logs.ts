import { ConcordError } from '@concord/protocol';
import { uuidv4 } from 'lib0/random';
import type { ClientSchema } from '../client-schema.ts';
import { createCell, type Live } from '../live.ts';
import { loadingLog, type LiveLog, type LiveThread, type LogState } from '../log.ts';
import { calls, onceLoaded } from '../once-loaded.ts';
import type { Logs } from './create-logs.ts';
import type { OpenedLog } from './open-log.ts';

/** Logs whose making is loaded with the first of them. What is asked of one meanwhile is done once it is there. */
export function createLazyLogs(
  load: () => Promise<Logs>,
  schema: Live<ClientSchema | undefined>,
): { open(collection: string, record: string, name: string): LiveLog; close(): void } {
  let logs: Logs | undefined;
  let isOver = false;
  const loaded = onceLoaded(async () => (logs = await load()));

  function open(collection: string, record: string, name: string): LiveLog {
    const state = createCell<LogState>(loadingLog);
    const ready = Promise.withResolvers<void>();
    const closed = (): Error => new ConcordError('unreachable', { message: 'The log was closed.' });
    let log: OpenedLog | undefined;
    let isClosed = false;
    const opened = loaded().then((into) => {
      if (isClosed || isOver) throw closed();
      log = into.open(collection, record, name);
      state.subscribe(look);
      follow(log, state);
      return log;
    });
    opened.catch(ready.reject);
    // Who waits for it hears of it; nobody has to.
    ready.promise.catch(() => undefined);

    function look(): void {
      const { phase, error } = state.get();
      if (error !== undefined) ready.reject(error);
      else if (phase !== 'loading') ready.resolve();
    }

    /** Does something with the log once it is there; what it answers undoes it. */
    function whenOpened(work: (log: OpenedLog) => () => void): () => void {
      let undo: (() => void) | null | undefined;
      opened.then(
        (one) => (undo = undo === null ? undo : work(one)),
        () => undefined,
      );
      return () => {
        undo?.();
        undo = null;
      };
    }

    return {
      ...calls(
        () => opened,
        ['older', 'newer', 'jump', 'retry', 'discard', 'edit', 'remove', 'pin', 'react', 'read', 'search', 'upload', 'file'],
      ),
      collection,
      record,
      name,
      get schema() {
        return schema.get()?.collections.get(collection)?.logs.get(name);
      },
      ready: ready.promise,
      get: state.get,
      subscribe: state.subscribe,
      send(draft) {
        const id = uuidv4();
        const done = log?.send(id, draft) ?? opened.then((one) => one.send(id, draft));
        done.catch(() => undefined);
        return { id, done };
      },
      thread(root) {
        const thread = createCell<ReturnType<LiveThread['get']>>({ phase: 'loading', entries: [] });
        const close = whenOpened((one) => {
          const real = one.thread(root);
          follow(real, thread);
          return real.close;
        });
        return { get: thread.get, subscribe: thread.subscribe, close };
      },
      typing: {
        get: () => log?.typing.get() ?? [],
        subscribe: (listener) => whenOpened(({ typing }) => typing.subscribe(listener)),
      },
      type: (thread) => log?.type(thread),
      close() {
        isClosed = true;
        log?.close();
        ready.reject(closed());
      },
    };
  }

  return {
    open,
    close() {
      isOver = true;
      logs?.close();
    },
  };
}

function follow<T>(live: Live<T>, cell: { set(value: T): void }): void {
  live.subscribe(() => cell.set(live.get()));
  cell.set(live.get());
}
