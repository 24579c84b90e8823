import type { CollectionSchema } from '@concord/schema';
import type { Projection } from '../access/projection.ts';

/**
 * How one reader sees an event (F5): what it may see of the record by then, and what it could see before. Where that has
 * begun or ended with the event, the record enters what the reader holds, or leaves it. One object serves all readers
 * that see the same.
 */
export interface Sight {
  /** Names it among the sights of its collection. */
  readonly key: string;
  readonly collection: CollectionSchema;
  /** Of the record after the event; before it, where the record leaves. */
  readonly projection: Projection;
  readonly before: Projection;
  readonly match?: 'enter' | 'leave';
}

const sights = new WeakMap<CollectionSchema, Map<string, Sight>>();

/** Undefined where nothing of the record may be seen, before or after. */
export function sightOf(
  collection: CollectionSchema,
  before: Projection | undefined,
  after: Projection | undefined,
): Sight | undefined {
  const projection = after ?? before;
  if (projection === undefined) return undefined;
  const key = `${before?.key ?? '-'}>${after?.key ?? '-'}`;
  let known = sights.get(collection);
  if (known === undefined) sights.set(collection, (known = new Map()));
  let sight = known.get(key);
  if (sight === undefined) {
    const match = before === undefined ? ('enter' as const) : after === undefined ? ('leave' as const) : undefined;
    sight = { key, collection, projection, before: before ?? projection, ...(match === undefined ? {} : { match }) };
    known.set(key, sight);
  }
  return sight;
}

/** The same sight of somebody who by now sees no more than `now`; undefined where that is nothing. */
export function narrowed(sight: Sight, now: Projection | undefined): Sight | undefined {
  // That a record has left says nothing of it, and has to be heard.
  if (sight.match === 'leave') return sight;
  if (now === undefined) return undefined;
  // What it sees no more was there before: that is told as a change.
  return sightOf(sight.collection, sight.match === 'enter' ? undefined : sight.before, sight.projection.and(now));
}
