import { useSyncExternalStore } from 'react';
import { routeOf, type Route } from './route.ts';

const listeners = new Set<() => void>();
let address = '';
let route: Route = { page: 'home' };

function read(): Route {
  if (address === location.pathname + location.search) return route;
  address = location.pathname + location.search;
  route = routeOf(location.pathname, location.search);
  return route;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

/** What the address leads to. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, read);
}

/** Goes to a page of the workspace; with `replace`, in place of the one before in the history. */
export function go(path: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (path === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', path);
  for (const listener of listeners) listener();
}
