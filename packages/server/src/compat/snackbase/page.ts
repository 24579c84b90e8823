import { ConcordError, isName, type Json, type RecordView } from '@concord/protocol';
import type { Sort } from '@concord/schema';

/** A place between the records of a list: behind one record's, or before it. */
type Place = Pick<RecordView, 'id'> & { readonly [field: string]: Json };

/** What of a list is asked for: from a number on, or from a place. */
export type Range = { readonly skip: number } | { readonly after: Place | undefined } | { readonly before: Place };

export interface Page {
  readonly items: readonly RecordView[];
  /** Cursors of what comes behind the page and before it; null where nothing does. */
  readonly next: string | null;
  readonly previous: string | null;
}

/** Cuts a page out of all that match, in the order of `sort`. */
export function pageOf(all: readonly RecordView[], sort: Sort, range: Range, limit: number): Page {
  const start = startOf(all, sort, range, limit);
  const end = 'before' in range ? endBefore(all, sort, range.before) : start + limit;
  const items = all.slice(start, end);
  const [first, last] = [items[0], items.at(-1)];
  return {
    items,
    next: last !== undefined && end < all.length ? formatPlace(last, sort) : null,
    previous: first !== undefined && start > 0 ? formatPlace(first, sort) : null,
  };
}

function startOf(all: readonly RecordView[], sort: Sort, range: Range, limit: number): number {
  if ('skip' in range) return range.skip;
  if ('before' in range) return Math.max(0, endBefore(all, sort, range.before) - limit);
  const { after } = range;
  if (after === undefined) return 0;
  const start = all.findIndex((view) => sort.compare(view, after as RecordView) > 0);
  return start < 0 ? all.length : start;
}

function endBefore(all: readonly RecordView[], sort: Sort, before: Place): number {
  const end = all.findIndex((view) => sort.compare(view, before as RecordView) >= 0);
  return end < 0 ? all.length : end;
}

/** What the list is sorted by, and the id: so a place stays where it is, whatever comes or goes around it. */
function formatPlace(view: RecordView, sort: Sort): string {
  const fields = [...sort.keys.map(({ field }) => field), 'id'];
  return Buffer.from(JSON.stringify(Object.fromEntries(fields.map((field) => [field, view[field] ?? null])))).toString(
    'base64url',
  );
}

/** Throws `invalid_cursor` for what is no place in a list of that order. */
export function parsePlace(parameter: string, text: string, sort: Sort): Place {
  try {
    const place = JSON.parse(Buffer.from(text, 'base64url').toString()) as Place;
    if (isName('record', place.id) && sort.keys.every(({ field }) => Object.hasOwn(place, field))) return place;
  } catch {
    // Refused below, like one that parses and is not ours.
  }
  throw new ConcordError('invalid_cursor', { field: parameter, message: 'That cursor is none of this list and sort order.' });
}
