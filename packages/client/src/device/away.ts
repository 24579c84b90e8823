import type { Awareness } from 'y-protocols/awareness';
import type { Clock } from '../clock.ts';

/** Who has not touched anything for so long is away. */
const idleMs = 5 * 60_000;

/** A page, as far as it tells whether somebody is there. */
export interface WatchedPage extends EventTarget {
  readonly document: EventTarget & { readonly visibilityState: string };
}

/** Tells others where the user is present that nobody sits in front of the page: `away` of the awareness state. */
export interface Away {
  /** From now on this one is told, too, as long as it is there. */
  watch(awareness: Awareness): void;
  stop(): void;
}

const inputs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'];

/** @param page the window; undefined where there is none, and then nobody ever is away */
export function createAway(clock: Clock, page: WatchedPage | undefined = windowOf()): Away {
  const watched = new Set<Awareness>();
  const end = new AbortController();
  let lastInputAt = clock.now();
  let isIdle = false;
  let cancelWait = (): void => undefined;

  const isAway = (): boolean => isIdle || page?.document.visibilityState === 'hidden';

  function tell(awareness: Awareness): void {
    const state = awareness.getLocalState();
    if (state === null || (state['away'] === true) === isAway()) return;
    const { away: _before, ...rest } = state;
    awareness.setLocalState(isAway() ? { ...rest, away: true } : rest);
  }

  function tellAll(): void {
    for (const awareness of watched) tell(awareness);
  }

  function wait(): void {
    cancelWait = clock.after(lastInputAt + idleMs - clock.now(), () => {
      isIdle = clock.now() - lastInputAt >= idleMs;
      if (isIdle) tellAll();
      else wait();
    });
  }

  function touched(): void {
    lastInputAt = clock.now();
    if (!isIdle) return;
    isIdle = false;
    tellAll();
    wait();
  }

  if (page !== undefined) {
    const options = { signal: end.signal, capture: true, passive: true };
    for (const input of inputs) page.addEventListener(input, touched, options);
    page.document.addEventListener('visibilitychange', tellAll, options);
    wait();
  }
  return {
    watch(awareness) {
      watched.add(awareness);
      // Who comes to be present while nobody sits there is away from the first.
      awareness.on('update', (_changed: unknown, origin: unknown) => {
        if (origin === 'local') tell(awareness);
      });
      awareness.on('destroy', () => watched.delete(awareness));
    },
    stop() {
      end.abort();
      cancelWait();
    },
  };
}

/** In Node, and in workers, there is no window. */
function windowOf(): WatchedPage | undefined {
  return typeof document === 'undefined' ? undefined : globalThis;
}
