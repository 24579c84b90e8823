import { ConcordError, isName, type RecordView } from '@concord/protocol';
import type { Sort } from '@concord/schema';
import type { Store } from '@concord/store';
import { collectionPrefix, decodeRow, type RecordRow } from './record-row.ts';
import type { ListQuery, RecordPage } from './records.ts';

/**
 * Reads one page of a collection from one snapshot of the store.
 *
 * Without `sort`, records come in the order of their ids and no more of them are read than the page needs.
 * With it, or with `total`, all that match are read.
 *
 * @param see what the asker sees of a record, if anything: what it does not see is not looked at, whatever it asks for
 */
export async function listRecords(
  store: Store,
  account: string,
  collection: string,
  see: (row: RecordRow) => RecordView | undefined,
  { filter, sort, limit, page, total }: ListQuery,
): Promise<Omit<RecordPage, 'seq'>> {
  const prefix = collectionPrefix(account, collection);
  const last = page === undefined ? undefined : decodePage(page, sort);
  const isBehind = (view: RecordView): boolean =>
    last === undefined || (sort === undefined ? view.id > last.id : sort.compare(view, last) > 0);
  const skipping = sort === undefined && total !== true && last !== undefined ? { gt: prefix + last.id } : {};
  const items: RecordView[] = [];
  let matched = 0;
  for await (const [, bytes] of store.range({ prefix, ...skipping })) {
    const row = decodeRow(bytes);
    const view = row.deleted === undefined ? see(row) : undefined;
    if (view === undefined || (filter !== undefined && !filter.matches(view))) continue;
    matched++;
    if (isBehind(view)) items.push(view);
    if (sort === undefined && total !== true && items.length > limit) break;
  }
  if (sort !== undefined) items.sort((a, b) => sort.compare(a, b));
  const shown = items.slice(0, limit);
  const end = shown.at(-1);
  return {
    items: shown,
    ...(items.length > limit && end !== undefined ? { nextPage: encodePage(end, sort) } : {}),
    ...(total === true ? { total: matched } : {}),
  };
}

/** A page begins behind a record, or behind where it stood: what it is sorted by, and its id. */
function encodePage(view: RecordView, sort: Sort | undefined): string {
  // Of one record the asker may see less than of others: what it does not see sorts as null.
  const kept = [...(sort?.keys.map(({ field }) => field) ?? []), 'id'].map((field) => [field, view[field] ?? null]);
  return Buffer.from(JSON.stringify(Object.fromEntries(kept))).toString('base64url');
}

function decodePage(page: string, sort: Sort | undefined): RecordView {
  try {
    const view = JSON.parse(Buffer.from(page, 'base64url').toString()) as RecordView;
    const fields = [...(sort?.keys.map(({ field }) => field) ?? []), 'id'];
    if (isName('record', view.id) && fields.every((field) => view[field] !== undefined)) return view;
  } catch {
    // Refused below, like one that parses and is not ours.
  }
  throw new ConcordError('bad_request', { field: 'page', message: 'That page is none of this list and sort order.' });
}
