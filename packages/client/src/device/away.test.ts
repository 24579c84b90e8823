import { Awareness } from 'y-protocols/awareness';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { createAway } from './away.ts';

const minute = 60_000;

/** A page, and the time on it. */
function opened() {
  let now = 0;
  let due: { readonly at: number; readonly task: () => void } | undefined;
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const page = Object.assign(new EventTarget(), { document });
  const awareness = new Awareness(new Y.Doc());
  const away = createAway(
    {
      now: () => now,
      after(ms, task) {
        due = { at: now + ms, task };
        return () => (due = undefined);
      },
      random: () => 0,
    },
    page,
  );
  away.watch(awareness);
  return {
    awareness,
    later(ms: number) {
      const end = now + ms;
      for (let next = due; next !== undefined && next.at <= end; next = due) {
        due = undefined;
        now = next.at;
        next.task();
      }
      now = end;
    },
    touch: () => page.dispatchEvent(new Event('keydown')),
    turn(visibilityState: 'visible' | 'hidden') {
      document.visibilityState = visibilityState;
      document.dispatchEvent(new Event('visibilitychange'));
    },
  };
}

it('says that one is away after five minutes without a touch, and back with the next one', () => {
  const { awareness, later, touch } = opened();
  awareness.setLocalState({ field: 'title' });
  later(4 * minute);
  touch();
  later(4 * minute);
  expect(awareness.getLocalState()).toEqual({ field: 'title' });
  later(2 * minute);
  expect(awareness.getLocalState()).toEqual({ field: 'title', away: true });
  touch();
  expect(awareness.getLocalState()).toEqual({ field: 'title' });
  later(6 * minute);
  expect(awareness.getLocalState()).toEqual({ field: 'title', away: true });
});

it('says so of a page that nobody looks at, also of what is opened in it then', () => {
  const { awareness, turn } = opened();
  turn('hidden');
  expect(awareness.getLocalState()).toEqual({ away: true });
  awareness.setLocalState(null);
  expect(awareness.getLocalState()).toBeNull();
  awareness.setLocalState({ record: '1' });
  expect(awareness.getLocalState()).toEqual({ record: '1', away: true });
  turn('visible');
  expect(awareness.getLocalState()).toEqual({ record: '1' });
});
