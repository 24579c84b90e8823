import { isName } from '@concord/protocol';
import { useSyncExternalStore } from 'react';

export type Route =
  { readonly page: 'tickets' } | { readonly page: 'ticket'; readonly id: string } | { readonly page: 'nowhere' };

/** `#/tickets` and `#/tickets/<id>`; nothing at all leads to the list. */
export function routeOf(hash: string): Route {
  const [, collection = '', id, ...rest] = hash.replace(/^#/, '').split('/');
  if (rest.length > 0 || (collection !== '' && collection !== 'tickets')) return { page: 'nowhere' };
  if (id === undefined || id === '') return { page: 'tickets' };
  return isName('record', id) ? { page: 'ticket', id } : { page: 'nowhere' };
}

export const ticketsHref = '#/tickets';
export const ticketHref = (id: string): string => `#/tickets/${id}`;

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** The hash of the address, as a string: a route is made of it where it is needed. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => location.hash);
}
