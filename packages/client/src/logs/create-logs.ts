import type { LogEntry } from '@concord/protocol';
import type { ConcordConfig } from '@concord/schema';
import type { Core, Device } from '../core.ts';
import type { OwnCommands } from '../outbox/create-commands.ts';
import { LogSource } from './log-source.ts';
import { OpenLog, type OpenedLog } from './open-log.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';
import { createTyping } from './typing.ts';

/** The open logs of a client. Those who look at the same share what is known of it. */
export interface Logs {
  open(collection: string, record: string, log: string): OpenedLog;
  close(): void;
}

/** Somebody has read; `unread` are the entries by others behind that, as far as they are here. */
export type OnRead = (
  log: { readonly collection: string; readonly record: string; readonly log: string },
  seq: number,
  thread: number | undefined,
  unread: readonly LogEntry[],
) => void;

export interface LogsParts {
  readonly core: Core;
  readonly device: Device;
  readonly commands: OwnCommands<ConcordConfig>;
  readonly onRead: OnRead;
}

interface Shared {
  readonly source: LogSource;
  readonly outgoing: Outgoing;
  readonly stop: () => void;
  uses: number;
}

/** To be called once the schema is known: the account stands in the names of documents. */
export function createLogs({ core, device, commands, onRead }: LogsParts): Logs {
  const { http, schema, clock, ways } = core;
  const account = schema.schema.get()?.account ?? '';
  const me = schema.me.get;
  const shared = new Map<string, Shared>();

  function share(collection: string, record: string, log: string): Shared {
    const isBeingCreated = (): boolean =>
      commands.pending
        .get()
        .some((command) => command.operation === 'create' && command.collection === collection && command.record === record);
    const address = { collection, record, log };
    const source = new LogSource({
      ...address,
      http,
      clock,
      account,
      replicas: device.replicas,
      storage: device.storage,
      connection: ways.status,
      isBeingCreated,
    });
    const outgoing = createOutgoing(commands, source, address, (id) => http.json<LogEntry>('GET', `${source.path}/${id}`));
    // Once the record has been created there is a log to ask for.
    let wasBeingCreated = isBeingCreated();
    const stop = commands.pending.subscribe(() => {
      const isNow = isBeingCreated();
      if (wasBeingCreated && !isNow) void source.ask();
      wasBeingCreated = isNow;
    });
    return { source, outgoing, stop, uses: 0 };
  }

  function close(key: string, { source, outgoing, stop }: Shared): void {
    shared.delete(key);
    stop();
    outgoing.close();
    source.close();
  }

  return {
    open(collection, record, log) {
      const key = `${collection}/${record}/${log}`;
      const one = shared.get(key) ?? share(collection, record, log);
      shared.set(key, one);
      one.uses++;
      const hold = () => device.replicas.open(`${account}/${collection}/${record}`);
      return new OpenLog({
        http,
        direct: core.direct,
        collection,
        record,
        log,
        me,
        schema: () => schema.schema.get()?.collections.get(collection)?.logs.get(log),
        source: one.source,
        outgoing: one.outgoing,
        typing: createTyping(log, hold, clock, () => me()?.id),
        enqueue: commands.enqueue,
        retry: commands.retry,
        discard: commands.discard,
        onRead: (seq, thread, unread) => onRead({ collection, record, log }, seq, thread, unread),
        onClosed() {
          if (--one.uses === 0) close(key, one);
        },
      });
    },
    close() {
      for (const [key, one] of Array.from(shared)) close(key, one);
    },
  };
}
