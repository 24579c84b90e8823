import type { VisibleCollection } from '@concord/schema';
import { useQuery, type QueryResult } from '@concord/react';
import { useMemo, useState } from 'react';
import type { ListView } from '../routes/route.ts';
import type { RowRecord } from './pending-rows.ts';
import { askedSort } from './sort-state.ts';
import { useColumns } from './use-columns.ts';

const pageSize = 250;

/**
 * The records of a list as its address says, with the columns that are shown. The list and the record that was opened from
 * it ask for the same, and so share one query.
 */
export function useList(collection: VisibleCollection, { filter, sort }: ListView): QueryResult<RowRecord> {
  const { shown } = useColumns(collection);
  const fields = useMemo(
    () =>
      shown
        .filter(({ field }) => field !== undefined)
        .map(({ name }) => name)
        .toSorted(),
    [shown],
  );
  return useQuery<RowRecord>(collection.name, {
    ...(filter === '' ? {} : { filter }),
    sort: askedSort(sort),
    fields,
    limit: pageSize,
  });
}

/** What was shown before, as long as the next has not come: a list that is sorted anew does not blink. */
export function useKept(result: QueryResult<RowRecord>, collection: string): QueryResult<RowRecord> {
  const isLoaded = result.phase !== 'loading';
  const [kept, setKept] = useState({ result, collection });
  if (isLoaded && (kept.result !== result || kept.collection !== collection)) setKept({ result, collection });
  return isLoaded || kept.collection !== collection ? result : { ...kept.result, phase: 'loading', more: result.more };
}
