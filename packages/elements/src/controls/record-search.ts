import type { LiveQuery } from '@concord/client';
import type { AnyClient } from '../record/any-record.ts';
import { titleFieldOf, titleOf } from './record-title.ts';

export interface FoundRecord {
  readonly id: string;
  readonly title: string;
}

export interface SearchState {
  readonly isLoading: boolean;
  readonly records: readonly FoundRecord[];
}

/** Records of a collection by their titles, as one types. One search is open at a time. */
export interface RecordSearch {
  /** Searches for something else; its first results come by `onChange`. */
  find(text: string): void;
  readonly state: SearchState;
  /** What the record with this id is called; undefined until it is known; null where there is none to see. */
  titleOf(id: string): string | null | undefined;
  close(): void;
}

/** As many as one looks through; whoever seeks another one types more of its title. */
const most = 30;

/** @param onChange is called when `state`, or a title that was asked for, is another one */
export function createRecordSearch(client: AnyClient, collection: string, onChange: () => void): RecordSearch {
  const titles = new Map<string, string | null | undefined>();
  let query: LiveQuery<object> | undefined;
  let state: SearchState = { isLoading: false, records: [] };
  let isClosed = false;

  const titleField = () => {
    const schema = client.schema.get()?.collections.get(collection);
    return schema === undefined ? undefined : titleFieldOf(schema);
  };

  function read(): void {
    if (query === undefined) return;
    const { phase, items } = query.get();
    const field = titleField();
    const records = items.map((item) => {
      const record = item as { readonly id: string };
      return { id: record.id, title: titleOf(record, field) };
    });
    // While the next results are on their way, the last ones stay in sight.
    state = phase === 'loading' ? { isLoading: true, records: state.records } : { isLoading: false, records };
    for (const { id, title } of records) titles.set(id, title);
    onChange();
  }

  async function loadTitle(id: string): Promise<void> {
    let title: string | null;
    try {
      title = titleOf((await client.get(collection as never, id)) as { readonly id: string }, titleField());
    } catch {
      title = null;
    }
    titles.set(id, title);
    if (!isClosed) onChange();
  }

  return {
    get state() {
      return state;
    },
    find(text) {
      query?.close();
      const field = titleField();
      query = client.query(collection as never, {
        limit: most,
        ...(field === undefined ? {} : { sort: field, fields: [field] }),
        ...(text.trim() === '' ? {} : { filter: filterFor(text.trim(), field) }),
      });
      query.subscribe(read);
      read();
    },
    titleOf(id) {
      if (!titles.has(id)) {
        titles.set(id, undefined);
        void loadTitle(id); // its failure is a title that is null
      }
      return titles.get(id);
    },
    close() {
      isClosed = true;
      query?.close();
      query = undefined;
    },
  };
}

function filterFor(text: string, titleField: string | undefined): string {
  const literal = `'${text.replaceAll("'", "''")}'`;
  return titleField === undefined ? `id = ${literal}` : `${titleField} contains ${literal}`;
}
