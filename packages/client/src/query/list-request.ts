import type { RecordView } from '@concord/protocol';
import type { QueryOptions } from '../query.ts';

/** What a list answers. */
export interface RecordPage {
  readonly items: readonly RecordView[];
  readonly nextPage?: string;
  readonly total?: number;
  readonly cursor: string;
}

/** How the records of one query are asked for, and what of them is shown. */
export interface ListRequest {
  /** @param limit at most 1000 */
  page(limit: number, page: string | undefined): string;
  record(id: string): string;
  /** Of what an event tells, as much as a page would have. */
  pick(data: RecordView): RecordView;
  /** Without what was asked for to sort by alone. The same object for the same record. */
  show(row: RecordView): RecordView;
}

const systemFields = ['id', 'version', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy'];

export function createListRequest(collection: string, { filter, sort, fields }: QueryOptions): ListRequest {
  const path = `/records/${encodeURIComponent(collection)}`;
  const keys = sort?.split(',').map((key) => key.trim().replace(/^[-+]/, '')) ?? [];
  const shown = fields && new Set([...systemFields, ...fields]);
  const asked = shown && new Set([...shown, ...keys]);
  const made = new WeakMap<RecordView, RecordView>();

  function query(parameters: { readonly [name: string]: string | undefined }): string {
    const text = new URLSearchParams();
    const all = { ...parameters, fields: asked && [...asked].join(',') };
    for (const [name, value] of Object.entries(all)) if (value !== undefined) text.set(name, value);
    const questions = text.toString();
    return questions === '' ? '' : `?${questions}`;
  }

  return {
    page: (limit, page) =>
      // Counting reads all: once is enough.
      path + query({ filter, sort, limit: String(limit), page, total: page === undefined ? 'true' : undefined }),
    record: (id) => `${path}/${encodeURIComponent(id)}${query({})}`,
    pick: (data) => (asked === undefined ? data : only(data, asked)),
    show(row) {
      if (shown === undefined || shown.size === asked?.size) return row;
      let view = made.get(row);
      if (view === undefined) made.set(row, (view = only(row, shown)));
      return view;
    },
  };
}

function only(view: RecordView, names: ReadonlySet<string>): RecordView {
  return Object.fromEntries(Object.entries(view).filter(([name]) => names.has(name))) as RecordView;
}
