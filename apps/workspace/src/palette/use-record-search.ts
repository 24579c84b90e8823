import type { ClientCollection } from '@concord/client';
import { ConcordError } from '@concord/protocol';
import { useClient } from '@concord/react';
import { useEffect, useState } from 'react';
import type { RowRecord } from '../collection/pending-rows.ts';
import { titleFieldOf, titleOf } from '../collection/title-field.ts';
import type { RecentRecord } from './recent.ts';

const typingMs = 120;
const mostPerCollection = 5;

export interface RecordSearch {
  /** `offline`: the server cannot be asked. */
  readonly state: 'idle' | 'searching' | 'found' | 'offline';
  readonly records: readonly RecentRecord[];
}

const idle: RecordSearch = { state: 'idle', records: [] };

/** The records whose title holds what was typed, of all collections, what changed last first. */
export function useRecordSearch(collections: readonly ClientCollection[], typed: string): RecordSearch {
  const client = useClient();
  const [search, setSearch] = useState<RecordSearch>(idle);
  const text = typed.trim();

  useEffect(() => {
    if (text.length < 2) {
      setSearch(idle);
      return;
    }
    let isOver = false;
    setSearch(({ records }) => ({ state: 'searching', records }));
    const timer = setTimeout(() => {
      Promise.all(collections.map((collection) => searchIn(collection))).then(
        (found) => isOver || setSearch({ state: 'found', records: found.flat() }),
        (error: unknown) => {
          if (isOver) return;
          const isOffline = error instanceof ConcordError && error.code === 'unreachable';
          setSearch({ state: isOffline ? 'offline' : 'found', records: [] });
        },
      );
    }, typingMs);

    async function searchIn(collection: ClientCollection): Promise<RecentRecord[]> {
      const field = titleFieldOf(collection);
      if (field === null) return [];
      const parameters = new URLSearchParams({
        filter: `${field} contains '${text.replaceAll("'", "''")}'`,
        fields: field,
        sort: '-updatedAt',
        limit: String(mostPerCollection),
      });
      const path = `/records/${collection.name}?${parameters.toString()}`;
      const { items } = await client.request<{ readonly items: readonly RowRecord[] }>('GET', path);
      return items.map((item) => ({ collection: collection.name, id: item.id, title: titleOf(collection, item) }));
    }

    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [client, collections, text]);

  return search;
}
