import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Live } from './cell.ts';

/** Has an element rendered again when something changes that its last rendering has read. */
export interface Watcher extends ReactiveController {
  /** The value as it is; `host` is told when it changes, as long as each rendering reads it. */
  read<T>(live: Live<T>): T;
}

export function createWatcher(host: ReactiveControllerHost): Watcher {
  const watched = new Map<Live<unknown>, () => void>();
  let read = new Set<Live<unknown>>();
  const update = () => host.requestUpdate();
  const watcher: Watcher = {
    read(live) {
      read.add(live);
      if (!watched.has(live)) watched.set(live, live.subscribe(update));
      return live.get();
    },
    hostConnected: update,
    hostUpdated() {
      for (const [live, stop] of watched) {
        if (read.has(live)) continue;
        stop();
        watched.delete(live);
      }
      // What is read before the next rendering, to decide on it, counts as well.
      read = new Set();
    },
    hostDisconnected() {
      for (const stop of watched.values()) stop();
      watched.clear();
    },
  };
  host.addController(watcher);
  return watcher;
}
