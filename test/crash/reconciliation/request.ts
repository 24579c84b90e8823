import type { RecordView } from '@concord/protocol';
import type { Items } from './copy.ts';

/** The connection was cut, or the server is gone: whoever is told so comes again. */
export class Cut extends Error {}

/** Something was answered that never may be. */
export class BrokenPromise extends Error {}

export interface Asked {
  readonly url: string;
  readonly token: string;
  readonly signal?: AbortSignal;
}

/** A request under `/api/v1`; answers the JSON, or undefined for what is not there, or not any more. Throws {@link Cut} or {@link BrokenPromise}. */
export async function ask<T>(
  { url, token, signal }: Asked,
  method: string,
  path: string,
  body?: unknown,
): Promise<T | undefined> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    text = await response.text();
  } catch (cause) {
    throw new Cut('cut', { cause });
  }
  if (response.status === 404 || response.status === 410) return undefined;
  if (!response.ok) throw new BrokenPromise(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : (JSON.parse(text) as T);
}

interface RecordsPage {
  readonly items: readonly RecordView[];
  readonly nextPage?: string;
}

/** All records of a collection that match. */
export async function listRecords(asked: Asked, collection: string, filter?: string): Promise<Items> {
  const items: Items[number][] = [];
  const chosen = filter === undefined ? '' : `&filter=${encodeURIComponent(filter)}`;
  for (let page: string | undefined = ''; page !== undefined;) {
    const answer: RecordsPage | undefined = await ask<RecordsPage>(
      asked,
      'GET',
      `/records/${collection}?limit=1000${chosen}${page}`,
    );
    items.push(...(answer?.items ?? []).map((data) => ({ collection, data })));
    page = answer?.nextPage && `&page=${answer.nextPage}`;
  }
  return items;
}
