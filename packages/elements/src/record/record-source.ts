import type { PropertyDeclarations, ReactiveController } from 'lit';
import type { ConcordElement } from '../base/concord-element.ts';
import type { Watcher } from '../base/watcher.ts';
import { clientProperties, createClientSource, type ClientProperties } from '../context/client-source.ts';
import { consume } from '../context/context.ts';
import { recordContext, type RecordScope } from '../context/record-context.ts';
import { openRecord, type AnyClient, type AnyRecord } from './any-record.ts';

/** The properties by which an element names its record. */
export interface RecordProperties extends ClientProperties {
  collection: string | undefined;
  /** The record's id. */
  record: string | undefined;
}

export const recordProperties: PropertyDeclarations = {
  ...clientProperties,
  collection: { type: String },
  record: { type: String },
};

export interface RecordSource extends ReactiveController {
  /** The client to use; undefined where there is none yet. Call these two in `render` or before. */
  client(): AnyClient | undefined;
  /** The record to show: the one that the element names, which it then has open, or that of the element around it. */
  get(): AnyRecord | undefined;
  /** What is around, where the element names no record of its own. */
  readonly around: RecordScope | undefined;
}

export function createRecordSource(host: ConcordElement & RecordProperties, watcher: Watcher): RecordSource {
  const clients = createClientSource(host, watcher);
  const around = consume(host, recordContext);
  let held: { readonly client: AnyClient; readonly record: AnyRecord } | undefined;

  function release(): void {
    held?.record.close();
    held = undefined;
  }

  const source: RecordSource = {
    get around() {
      return host.record === undefined || host.collection === undefined ? around.value : undefined;
    },
    client: () => source.around?.client ?? clients.get(),
    get() {
      const { collection, record: id } = host;
      if (source.around !== undefined || collection === undefined || id === undefined) {
        release();
        return source.around?.record;
      }
      const client = clients.get();
      if (held !== undefined && held.client === client && held.record.collection === collection && held.record.id === id)
        return held.record;
      const before = held;
      held = client === undefined || !host.isConnected ? undefined : { client, record: openRecord(client, collection, id) };
      held?.record.ready.catch(() => {}); // its status says the same, and is shown
      before?.record.close();
      return held?.record;
    },
    hostDisconnected: release,
  };
  host.addController(source);
  return source;
}
