/** By which column a list is sorted, as its header says it. */
export interface SortState {
  readonly field: string | null;
  readonly direction: 'ascending' | 'descending';
}

/** What changed last comes first, where nobody asks for another order. */
const usual = '-updatedAt';

export function sortStateOf(sort: string): SortState {
  const [first = usual] = (sort === '' ? usual : sort).split(',');
  return { field: first.replace(/^[-+]/, ''), direction: first.startsWith('-') ? 'descending' : 'ascending' };
}

/** The sort after a press on a header: ascending, descending, then as usual again. */
export function sortAfter(sort: string, field: string): string {
  const now = sortStateOf(sort);
  const next = now.field !== field ? field : now.direction === 'ascending' ? `-${field}` : '';
  // By change, the other order is the one to begin with.
  if (field === 'updatedAt') return now.field !== field || now.direction === 'ascending' ? '' : field;
  return next === usual ? '' : next;
}

export function askedSort(sort: string): string {
  return sort === '' ? usual : sort;
}
