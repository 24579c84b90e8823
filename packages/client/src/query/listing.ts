import type { ChangesPage, RecordView } from '@concord/protocol';
import { parseSort } from '@concord/schema';
import type { FeedRequest } from '../changes.ts';
import type { ClientSchema } from '../client-schema.ts';
import type { Clock } from '../clock.ts';
import { changesPath } from '../feed/changes-path.ts';
import type { Http } from '../http.ts';
import type { Live } from '../live.ts';
import { within } from '../patience.ts';
import type { ListRequest, RecordPage } from './list-request.ts';
import { byId, type Compare } from './sorted-rows.ts';

/** The beginning of a list, at the place in the feed with which it was begun to be read. */
export interface Listing {
  /** One that has moved meanwhile may be there twice. */
  readonly rows: readonly RecordView[];
  readonly nextPage: string | undefined;
  readonly total: number | undefined;
  /** What has happened since is in the feed from here on; some of it may be in the rows already. */
  readonly cursor: string;
}

const maxPage = 1000;

/** Counting takes the server a while where there are many. */
const answerMs = 60_000;

/** What a listing is read by. */
export interface ListReader {
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export function readJson<T>(reader: ListReader, path: string): Promise<T> {
  return within(answerMs, reader, (signal) => reader.http.json<T>('GET', path, undefined, signal));
}

export function readPage(reader: ListReader, request: ListRequest, limit: number, page: string | undefined): Promise<RecordPage> {
  return readJson(reader, request.page(Math.min(limit, maxPage), page));
}

/** Reads as many records as are wanted, in as many pages as that takes. */
export async function readListing(reader: ListReader, request: ListRequest, wanted: number): Promise<Listing> {
  const { items, total, cursor, ...first } = await readPage(reader, request, wanted, undefined);
  const rows = [...items];
  let { nextPage } = first;
  while (nextPage !== undefined && rows.length < wanted) {
    const page = await readPage(reader, request, wanted - rows.length, nextPage);
    rows.push(...page.items);
    ({ nextPage } = page);
  }
  return { rows, nextPage, total, cursor };
}

/** Whether nothing has happened since that cursor: what was read in between was as it was there. */
export async function isQuietSince(reader: ListReader, request: FeedRequest, cursor: string): Promise<boolean> {
  const path = changesPath(request, { feed: 'poll', since: cursor, limit: 1 });
  const { results, pending, resumed } = await readJson<ChangesPage>(reader, path);
  return resumed && results.length === 0 && pending === 0;
}

/** How the records of a collection are sorted, and by which version of the schema: once that is known. Throws `invalid_sort`. */
export async function orderOf(
  schema: Live<ClientSchema | undefined>,
  name: string,
  sort: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly compare: Compare; readonly version?: string }> {
  if (sort === undefined) return { compare: byId };
  for (;;) {
    const known = schema.get();
    const collection = known?.collections.get(name);
    if (known !== undefined && collection !== undefined)
      return { compare: parseSort(sort, collection).compare, version: known.version };
    await changeOf(schema, signal);
    signal.throwIfAborted();
  }
}

/** Resolves when it is another, or when `signal` aborts. */
async function changeOf(live: Live<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = live.subscribe(done);
    signal.addEventListener('abort', done);
  });
}
