import { createListeners } from '../live.ts';
import type { Tabs } from '../storage.ts';
import { createLocks, type Locks } from './locks.ts';

type Message =
  | readonly [kind: 'update', document: string, update: Uint8Array]
  | readonly [kind: 'name', name: string]
  | readonly [kind: 'released', document: string]
  /** A tab has come: there is one more to be watched. */
  | readonly [kind: 'arrived'];

const openPrefix = 'open:';
const tabPrefix = 'tab:';

/**
 * The tabs that share the storage of `scope`, by a BroadcastChannel and Web Locks: those end with their tab, however it
 * ends. A page without Web Locks (not of HTTPS, or in an old browser) takes itself for the only one.
 *
 * @param isShared false where the storage ends with the page: then no other tab can take over anything
 */
export function createTabs(scope: string, isShared = true): Tabs {
  const name = `concord:${scope}`;
  const channel = isShared && 'BroadcastChannel' in globalThis ? new BroadcastChannel(name) : undefined;
  const locks = createLocks(`${name}:`, isShared);
  const updates = createListeners<[document: string, update: Uint8Array]>();
  const names = createListeners<[name: string]>();
  const departures = createListeners<[document: string | undefined]>();
  const end = new AbortController();
  const me = `${tabPrefix}${Math.random()}`;
  const watched = new Set([me]);

  channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data[0] === 'update') updates.call(data[1], data[2]);
    else if (data[0] === 'name') names.call(data[1]);
    else if (data[0] === 'released') departures.call(data[1]);
    else if (departures.size > 0) void watchOthers();
  });
  void holdUntil(locks, me, 'exclusive', end.signal, () => post(['arrived']));

  function post(message: Message): void {
    if (!end.signal.aborted) channel?.postMessage(message);
  }

  /** Waits for the locks of the other tabs, which are had once these are gone. */
  async function watchOthers(): Promise<void> {
    for (const tab of await locks.names(tabPrefix)) {
      if (watched.has(tab)) continue;
      watched.add(tab);
      void locks.request(tab, 'shared', end.signal, async () => {
        watched.delete(tab);
        departures.call(undefined);
      });
    }
  }

  return {
    share: (document, update) => post(['update', document, update]),
    onShared: updates.add,
    notify(what) {
      post(['name', what]);
      names.call(what);
    },
    onNotified: names.add,
    alone: (what, work, signal) => {
      const either = AbortSignal.any([signal, end.signal]);
      return locks.request(what, 'exclusive', either, () => work(either));
    },
    hold(document) {
      const release = new AbortController();
      const either = AbortSignal.any([release.signal, end.signal]);
      void holdUntil(locks, openPrefix + document, 'shared', either).then(() => {
        if (end.signal.aborted) return;
        post(['released', document]);
        departures.call(document);
      });
      return () => release.abort();
    },
    async held() {
      const held = await locks.names(openPrefix);
      return new Set(held.map((lock) => lock.slice(openPrefix.length)));
    },
    onReleased(listener) {
      const stop = departures.add(listener);
      void watchOthers();
      return stop;
    },
    close() {
      end.abort();
      channel?.close();
    },
  };
}

/** Resolves once the lock is given back. */
async function holdUntil(locks: Locks, name: string, mode: LockMode, signal: AbortSignal, onHeld?: () => void): Promise<void> {
  await locks.request(name, mode, signal, async () => {
    onHeld?.();
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  });
}
