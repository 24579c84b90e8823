import type { HookEvent, Schema } from '@concord/schema';
import { projectionOf } from '../access/projection.ts';
import type { Placed } from '../feed/feed.ts';
import { seenThrough } from '../feed/seen-event.ts';
import { sightOf } from '../feed/sight.ts';

/** An event as somebody sees it who may see everything; undefined where the config no longer has its collection. */
export function wholeEvent(account: string, { event }: Placed, schema: Schema): HookEvent | undefined {
  const collection = schema.collections.get(event.collection);
  if (collection === undefined) return undefined;
  const projection = projectionOf(collection, () => true);
  const seen = seenThrough(event, sightOf({ collection, projection, before: projection }), Infinity);
  return { account, ...seen };
}
