import type { VisibleCollection } from '@concord/schema';
import { useMemo } from 'react';
import { useList } from '../collection/use-list.ts';
import type { ListView } from '../routes/route.ts';

/** The records before and after one, in the list that it was opened from; null at its ends. */
export interface Neighbours {
  readonly previous: string | null;
  readonly next: string | null;
}

export function useNeighbours(collection: VisibleCollection, id: string, view: ListView): Neighbours {
  const { items } = useList(collection, view);
  return useMemo(() => {
    const at = items.findIndex((item) => item.id === id);
    return at < 0 ? { previous: null, next: null } : { previous: items[at - 1]?.id ?? null, next: items[at + 1]?.id ?? null };
  }, [items, id]);
}
