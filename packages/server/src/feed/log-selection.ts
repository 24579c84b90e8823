import type { Operation } from '@concord/protocol';
import type { CollectionSchema } from '@concord/schema';
import type { Facts } from '../access/access.ts';
import { projectionOf } from '../access/projection.ts';
import { factsOf } from '../records/record-row.ts';
import type { Beyond } from './beyond.ts';
import type { StoredEvent } from './feed.ts';
import { operationOf } from './seen-event.ts';
import { sightOf, type Sight } from './sight.ts';

export interface LogSelection {
  /** Of the collection. */
  readonly schema: CollectionSchema;
  readonly log: string;
  /** Whether the reader may read the log of one record; absent where that is the same for all. */
  readonly mayRead?: (facts: Facts) => boolean;
  /** All of them when absent. */
  readonly operations?: ReadonlySet<Operation>;
}

/**
 * Who gets an event of an entry: whoever may read the log of its record when it is told (F5). So what policies ask of the
 * record need not be kept with each of its entries. That one may not read it any more is told by the record, if at all:
 * of its entries one just hears nothing.
 */
export function judgeEntry(
  selection: LogSelection | undefined,
  event: StoredEvent,
  beyond: Beyond | undefined,
): Sight | 'unknown' | undefined {
  if (selection === undefined || selection.operations?.has(operationOf(event)) === false) return undefined;
  const { schema, mayRead } = selection;
  if (mayRead === undefined) return entrySight(schema);
  if (beyond === undefined) return 'unknown';
  const { row } = beyond;
  return row !== undefined && !row.purged && mayRead(factsOf(row, schema)) ? entrySight(schema) : undefined;
}

function entrySight(collection: CollectionSchema): Sight {
  const projection = projectionOf(collection, () => true);
  return sightOf({ collection, projection, before: projection });
}
