import type { LiveRecord, Visitor } from '@concord/client';
import { useCallback, useMemo, useRef, useSyncExternalStore } from 'react';
import { useProvided } from './provider.tsx';
import { useLease } from './use-lease.ts';
import { useLiveAfter } from './use-live.ts';

/**
 * The others who have the record open, or with `field` those of them who are on it. Where one is oneself is told by
 * `record.presence.focus`.
 */
export function usePresence(record: LiveRecord, field?: string): readonly Visitor[] {
  const { others } = record.presence;
  const last = useRef<readonly Visitor[]>(nobody);
  const get = useCallback(() => {
    const all = others.get();
    if (field === undefined) return all;
    // Somebody who moves between other fields changes nothing here.
    const here = all.filter((visitor) => visitor.field === field);
    const isSame = here.length === last.current.length && here.every((visitor, index) => visitor === last.current[index]);
    return isSame ? last.current : (last.current = here);
  }, [others, field]);
  return useSyncExternalStore(others.subscribe, get, get);
}

export interface CollectionPresenceState {
  readonly others: readonly Visitor[];
  /** Tells the others on which record one is; null: on none. An open record does that by itself. */
  enter(record: string | null): void;
}

/** Who is on which record of a collection, as long as the component is mounted. */
export function useCollectionPresence(collection: string): CollectionPresenceState {
  const { client } = useProvided();
  const presence = useLease(`presence/${collection}`, () => client.presence(collection), alreadyThere);
  const others = useLiveAfter(presence?.others ?? empty, nobody);
  return useMemo(() => ({ others, enter: (record) => presence?.enter(record) }), [presence, others]);
}

const nobody: readonly Visitor[] = [];
const empty = { get: () => nobody, subscribe: () => () => undefined };
const alreadyThere = (): Promise<void> => Promise.resolve();
