import type {
  Client,
  ClientSchema,
  CollectionPresence,
  Command,
  ConnectionStatus,
  Inbox,
  Live,
  LiveCounter,
  LiveList,
  LiveLog,
  LiveQuery,
  LiveRecord,
  LiveSet,
  Me,
  Person,
  QueryOptions,
  RecordStatus,
  Sent,
} from '@concord/client';
import type { FieldSchema } from '@concord/schema';
import type * as Y from 'yjs';

/** A record whose fields are known by its schema alone: the elements know no config. */
export interface AnyRecord extends Pick<
  LiveRecord,
  'id' | 'ready' | 'schema' | 'presence' | 'history' | 'onCorrected' | 'export' | 'discard' | 'retry' | 'close'
> {
  readonly collection: string;
  readonly status: Live<RecordStatus>;
  readonly fields: AnyFields;
  text(field: string): Y.Text;
  richText(field: string): Y.XmlFragment;
  list(field: string): LiveList;
  counter(field: string): LiveCounter;
  set(field: string): LiveSet;
  awareness(field: string): AnyAwareness;
}

export type AnyAwareness = ReturnType<LiveRecord['awareness']>;

export interface AnyFields {
  get(field: string): unknown;
  has(field: string): boolean;
  set(field: string, value: unknown): void;
  problem(field: string, value: unknown): string | null;
  mayWrite(field: string): boolean;
  subscribe(field: string, listener: () => void): () => void;
  schema(field: string): FieldSchema | undefined;
}

/** A client of whatever config. */
export interface AnyClient extends Pick<Client, 'people' | 'request' | 'close'> {
  readonly status: Live<ConnectionStatus>;
  readonly schema: Live<ClientSchema | undefined>;
  readonly me: Live<Me | undefined>;
  readonly commands: {
    readonly pending: Live<readonly Command[]>;
    restore(collection: never, id: string): Sent;
  };
  record(collection: never, id: string): Pick<LiveRecord, 'close'>;
  query(collection: never, options?: QueryOptions): LiveQuery<object>;
  presence(collection: never): CollectionPresence;
  get(collection: never, id: string): Promise<object>;
  readonly inbox: Inbox;
  log(collection: never, record: string, name: string): LiveLog;
}

export type { Person };

/** Opens a record by names that come from a page. */
export function openRecord(client: AnyClient, collection: string, id: string): AnyRecord {
  return client.record(collection as never, id) as unknown as AnyRecord;
}
