import type {
  Change,
  ChangesOptions,
  Client,
  ClientSchema,
  CollectionName,
  ConnectionStatus,
  FieldsOfKind,
  LiveLog,
  LiveRecord,
  Me,
  QueryOptions,
  RecordStatus,
  SaveState,
  Typist,
  Visitor,
} from '@concord/client';
import type { ConcordConfig, FieldsOf, PatchOf, RecordOf } from '@concord/schema';
import type { ReactNode } from 'react';
import { ConcordProvider, useClient, type ConcordProviderProps } from './provider.tsx';
import { useChanges } from './use-changes.ts';
import { useCommands, type CommandsState } from './use-commands.ts';
import { useField, type FieldState } from './use-field.ts';
import { useInbox, type InboxResult } from './use-inbox.ts';
import type { SuspenseOption } from './use-lease.ts';
import { useLog, useTyping, type LogResult } from './use-log.ts';
import { useCollectionPresence, usePresence, type CollectionPresenceState } from './use-presence.ts';
import { useQuery, type QueryResult } from './use-query.ts';
import { useRecord } from './use-record.ts';
import { useHistory, useMe, useSaveState, useSchema, useStatus, useValues, type HistoryState } from './use-status.ts';

/** A record of some collection of the config, whose fields do not matter. */
type AnyRecord<C extends ConcordConfig> = { [N in CollectionName<C>]: LiveRecord<C, N> }[CollectionName<C>];

/** All hooks, typed by the server's config. */
export interface ConcordHooks<C extends ConcordConfig> {
  ConcordProvider(props: ConcordProviderProps<C>): ReactNode;
  useClient(): Client<C>;
  useRecord<N extends CollectionName<C>>(collection: N, id: string, options?: SuspenseOption): LiveRecord<C, N>;
  useField<N extends CollectionName<C>, F extends keyof FieldsOf<C, N> & string>(
    record: LiveRecord<C, N>,
    field: F,
  ): FieldState<RecordOf<C, N>[F & keyof RecordOf<C, N>], PatchOf<C, N>[F & keyof PatchOf<C, N>]>;
  useValues<N extends CollectionName<C>>(record: LiveRecord<C, N>): ReturnType<LiveRecord<C, N>['values']['get']>;
  useQuery<N extends CollectionName<C>>(collection: N, options?: QueryOptions & SuspenseOption): QueryResult<RecordOf<C, N>>;
  usePresence(record: AnyRecord<C>, field?: string): readonly Visitor[];
  useCollectionPresence(collection: CollectionName<C>): CollectionPresenceState;
  useLog<N extends CollectionName<C>>(
    collection: N,
    record: string,
    name: FieldsOfKind<C, N, 'log'>,
    options?: SuspenseOption,
  ): LogResult;
  useTyping(log: LiveLog | undefined): readonly Typist[];
  useInbox(): InboxResult;
  useChanges(options: Omit<ChangesOptions, 'signal'>, onChange: (change: Change) => void): Error | undefined;
  useStatus(): ConnectionStatus;
  useStatus(record: AnyRecord<C>): RecordStatus;
  useSaveState(record: AnyRecord<C>): SaveState;
  useHistory(record: AnyRecord<C>): HistoryState;
  useCommands(): CommandsState<C>;
  useMe(): Me | undefined;
  useSchema(): ClientSchema | undefined;
}

const hooks = {
  ConcordProvider,
  useClient,
  useRecord,
  useField,
  useValues,
  useQuery,
  usePresence,
  useCollectionPresence,
  useLog,
  useTyping,
  useInbox,
  useChanges,
  useStatus,
  useSaveState,
  useHistory,
  useCommands,
  useMe,
  useSchema,
};

/** The hooks, typed by the server's config: `createHooks<typeof config>()`. They are the same ones for every config. */
export function createHooks<C extends ConcordConfig>(): ConcordHooks<C> {
  return hooks as unknown as ConcordHooks<C>;
}
