import type { User } from '../session/session.ts';

export interface Notice {
  readonly title: string;
  readonly text: string;
  /** Another one of the same topic takes its place. */
  readonly topic: string;
  onPress(): void;
}

/** What the device itself shows. */
export interface DeviceNotices {
  /** Shows it, if none of the user's tabs is in sight and this is the tab that tells for all of them. */
  show(notice: Notice): Promise<void>;
  close(): void;
}

/**
 * Tabs of one user agree by locks: one holds the right to tell, until it is closed; each holds another one, together with
 * the others, as long as it is in sight.
 */
export function createDeviceNotices({ account, id }: User): DeviceNotices {
  if (!('Notification' in window) || !('locks' in navigator)) return silent;
  const teller = `concord.teller.${account}/${id}`;
  const inSight = `concord.in-sight.${account}/${id}`;
  const end = new AbortController();
  let isTeller = false;
  let release: (() => void) | undefined;

  function hold(name: string, mode: LockMode, onHeld: () => void, until: (release: () => void) => void): void {
    const held = navigator.locks.request(name, { mode, signal: end.signal }, async () => {
      onHeld();
      await new Promise<void>(until);
    });
    held.catch(() => undefined); // it was not wanted any more before it was had
  }

  function look(): void {
    const isInSight = document.visibilityState === 'visible';
    if (isInSight === (release !== undefined)) return;
    if (!isInSight) {
      release?.();
      release = undefined;
      return;
    }
    let isOver = false;
    let letGo = (): void => {
      isOver = true;
    };
    release = () => letGo();
    hold(
      inSight,
      'shared',
      () => undefined,
      (done) => {
        if (isOver) done();
        else letGo = done;
      },
    );
  }

  let stopTelling = (): void => undefined;
  hold(
    teller,
    'exclusive',
    () => (isTeller = true),
    (done) => (stopTelling = done),
  );
  document.addEventListener('visibilitychange', look);
  look();

  return {
    async show({ title, text, topic, onPress }) {
      if (!isTeller || Notification.permission !== 'granted') return;
      const { held = [] } = await navigator.locks.query();
      if (held.some(({ name }) => name === inSight)) return;
      try {
        const shown = new Notification(title, { body: text, tag: topic });
        shown.addEventListener('click', () => {
          window.focus();
          shown.close();
          onPress();
        });
      } catch {
        // On some phones a page may not: the badge says it when it is opened.
      }
    },
    close() {
      document.removeEventListener('visibilitychange', look);
      end.abort();
      release?.();
      stopTelling();
    },
  };
}

const silent: DeviceNotices = { show: () => Promise.resolve(), close: () => undefined };
