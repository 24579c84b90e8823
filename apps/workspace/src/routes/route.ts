import { isName } from '@concord/protocol';

/** What of a collection is shown, as the address says it. */
export interface ListView {
  /** In the server's filter language; empty: all. */
  readonly filter: string;
  /** Empty: what changed last comes first. */
  readonly sort: string;
}

export interface EntryPlace {
  readonly log: string;
  readonly seq: number;
}

export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'list'; readonly collection: string; readonly view: ListView }
  | {
      readonly page: 'record';
      readonly collection: string;
      readonly id: string;
      readonly view: ListView;
      /** The entry of one of its logs to which the address leads. */
      readonly entry?: EntryPlace;
    }
  | { readonly page: 'nowhere' };

const everything: ListView = { filter: '', sort: '' };

/**
 * `/c/<collection>`, `/c/<collection>/<id>` and `/c/<collection>/<id>/<log>/<seq>`, with `?filter=` and `?sort=` of the list
 * that one comes from. Below `/c`, so that a collection may be called whatever the server's own routes are called.
 */
export function routeOf(path: string, search: string): Route {
  const [, root = '', collection, id, log, seq, ...rest] = path.split('/');
  if (root === '' && collection === undefined) return { page: 'home' };
  if (root !== 'c' || rest.length > 0 || !isName('collection', collection)) return { page: 'nowhere' };
  const parameters = new URLSearchParams(search);
  const view = { filter: parameters.get('filter') ?? '', sort: parameters.get('sort') ?? '' };
  if (id === undefined || id === '') return { page: 'list', collection, view };
  if (!isName('record', id)) return { page: 'nowhere' };
  if (log === undefined) return { page: 'record', collection, id, view };
  if (!isName('field', log) || !/^[1-9]\d{0,14}$/.test(seq ?? '')) return { page: 'nowhere' };
  return { page: 'record', collection, id, view, entry: { log, seq: Number(seq) } };
}

export function listPath(collection: string, view: ListView = everything): string {
  return `/c/${collection}${searchOf(view)}`;
}

export function recordPath(collection: string, id: string, view: ListView = everything): string {
  return `/c/${collection}/${id}${searchOf(view)}`;
}

export function entryPath(collection: string, id: string, { log, seq }: EntryPlace): string {
  return `/c/${collection}/${id}/${log}/${seq}`;
}

function searchOf({ filter, sort }: ListView): string {
  const parameters = new URLSearchParams({ ...(filter === '' ? {} : { filter }), ...(sort === '' ? {} : { sort }) }).toString();
  return parameters === '' ? '' : `?${parameters}`;
}
