import { loadingLog, type LiveLog, type LogState, type Typist } from '@concord/client';
import { useMemo } from 'react';
import { useProvided } from './provider.tsx';
import { useLease, type SuspenseOption } from './use-lease.ts';
import { useLive, useLiveAfter } from './use-live.ts';

export interface LogResult extends LogState {
  /** What is done with it: `send`, `edit`, `react`, `older`, … Undefined on a server. */
  readonly log: LiveLog | undefined;
}

/**
 * A log of a record, open as long as the component is mounted; components that show the same one share it, and the stretch
 * that it shows. With `suspense` it is rendered once there is something to show.
 */
export function useLog(collection: string, record: string, name: string, options?: SuspenseOption): LogResult {
  const { client } = useProvided();
  const key = `log/${JSON.stringify([collection, record, name])}`;
  const log = useLease(
    key,
    () => client.log(collection, record, name),
    ({ ready }) => ready,
    options,
  );
  const state = useLive<LogState>(log ?? unopened);
  return useMemo(() => ({ ...state, log: log ?? undefined }), [state, log]);
}

/** Who is typing, others than the user, in the log or in its threads. `log.type()` tells the others. */
export function useTyping(log: LiveLog | undefined): readonly Typist[] {
  return useLiveAfter(log?.typing ?? still, nobody);
}

const nobody: readonly Typist[] = [];
const doNothing = (): void => undefined;
const unopened = { get: () => loadingLog, subscribe: () => doNothing };
const still = { get: () => nobody, subscribe: () => doNothing };
