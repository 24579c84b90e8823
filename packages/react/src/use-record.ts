import type { LiveRecord } from '@concord/client';
import { useMemo } from 'react';
import { useProvided } from './provider.tsx';
import { createUnopenedRecord } from './unopened-record.ts';
import { useLease, type SuspenseOption } from './use-lease.ts';

/**
 * A record that is open as long as the component is mounted; components that show the same one share it. With `suspense`
 * it is rendered once there is something to show; `ready` rejects with the `ConcordError` where there never will be.
 */
export function useRecord(collection: string, id: string, options?: SuspenseOption): LiveRecord {
  const { client } = useProvided();
  const opened = useLease(
    `record/${collection}/${id}`,
    () => client.record(collection, id),
    (record) => record.ready,
    { ...options, isOver },
  );
  return useMemo(() => opened ?? createUnopenedRecord(collection, id), [opened, collection, id]);
}

/** The server may let it be opened by now. */
function isOver({ status }: LiveRecord): boolean {
  const { phase } = status.get();
  return phase === 'denied' || phase === 'gone';
}
