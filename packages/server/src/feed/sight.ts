import type { CollectionSchema } from '@concord/schema';
import type { Projection } from '../access/projection.ts';

/** Whether the record enters what a reader has asked for with an event, leaves it, or stays in it. */
export type Match = 'enter' | 'stay' | 'leave';

/**
 * How one reader sees an event (F5): through what it may see of the record by then, and what it could see before. One
 * object serves all readers that see the same.
 */
export interface Sight {
  /** Names it among the sights of its collection. */
  readonly key: string;
  readonly collection: CollectionSchema;
  /** Of the record after the event. */
  readonly projection: Projection;
  /** Of the record before it; undefined where nothing could be seen of that. */
  readonly before: Projection | undefined;
  /** Absent for who gets all records of the collection. */
  readonly match?: Match;
  /** The reader may see the record no more: it hears that it leaves, and not a word on what it is. */
  readonly isBlind?: true;
}

const sights = new WeakMap<CollectionSchema, Map<string, Sight>>();

/** The one object for that sight. */
export function sightOf({ collection, projection, before, match, isBlind }: Omit<Sight, 'key'>): Sight {
  const key = `${before?.key ?? '-'}>${projection.key} ${match ?? ''}${isBlind ? '!' : ''}`;
  let known = sights.get(collection);
  if (known === undefined) sights.set(collection, (known = new Map()));
  let sight = known.get(key);
  if (sight === undefined) {
    const optional = { ...(match === undefined ? {} : { match }), ...(isBlind === undefined ? {} : { isBlind }) };
    known.set(key, (sight = { key, collection, projection, before, ...optional }));
  }
  return sight;
}

/** A record leaves somebody who may see it no more, and could see `before` of it. */
export function blindSight(collection: CollectionSchema, before: Projection): Sight {
  return sightOf({ collection, projection: before, before, match: 'leave', isBlind: true });
}

/** The same sight of somebody who by now sees no more than `now`; undefined where that is nothing. */
export function narrowed(sight: Sight, now: Projection | undefined): Sight | undefined {
  // That a record has left says nothing of it, and has to be heard.
  if (sight.isBlind) return sight;
  if (now === undefined) return sight.match === 'leave' ? blindSight(sight.collection, sight.projection) : undefined;
  // What it sees no more was there before: that is told as a change.
  return sightOf({ ...sight, projection: sight.projection.and(now) });
}
