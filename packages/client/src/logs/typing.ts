import type { Awareness } from 'y-protocols/awareness';
import type { Clock } from '../clock.ts';
import { createCell, createListeners, type Live } from '../live.ts';
import type { Typist } from '../log.ts';
import type { HeldReplica } from '../replicas.ts';

/** Who has said nothing for so long does not type any more … */
const stillMs = 5_000;
/** … and whose word for that does not come is not believed for longer. */
const believedMs = 7_000;

/** Who is typing in one log of a record. */
export interface Typing {
  readonly others: Live<readonly Typist[]>;
  type(thread?: number): void;
  close(): void;
}

/**
 * @param hold opens the record's document, whose awareness tells the others; it is not opened before somebody types, or
 *   wants to know who does
 */
export function createTyping(log: string, hold: () => HeldReplica, clock: Clock, me: () => string | undefined): Typing {
  const cell = createCell<readonly Typist[]>([], (a, b) => JSON.stringify(a) === JSON.stringify(b));
  const listeners = createListeners();
  const since = new Map<number, { readonly said: string; readonly until: number }>();
  let held: HeldReplica | undefined;
  let cancelLook: () => void = () => undefined;
  let cancelOwn: (() => void) | undefined;
  cell.subscribe(listeners.call);

  function awareness(): Awareness {
    if (held === undefined) {
      held = hold();
      held.replica.awareness.on('update', look);
      look();
    }
    return held.replica.awareness;
  }

  function look(): void {
    cancelLook();
    if (held === undefined) return;
    const own = held.replica.awareness.clientID;
    const now = clock.now();
    const typists: Typist[] = [];
    let next = Infinity;
    for (const [client, state] of held.replica.awareness.getStates()) {
      const typist = client === own ? undefined : typistOf(state, log);
      if (typist === undefined || typist.id === me()) {
        since.delete(client);
        continue;
      }
      // Each call says when: a later one is believed anew.
      const said = JSON.stringify(state['typing']);
      let known = since.get(client);
      if (known?.said !== said) since.set(client, (known = { said, until: now + believedMs }));
      if (known.until <= now) continue;
      next = Math.min(next, known.until);
      typists.push(typist);
    }
    if (next < Infinity) cancelLook = clock.after(next - now, look);
    cell.set(typists);
  }

  function still(): void {
    cancelOwn?.();
    cancelOwn = undefined;
    const { typing: _typing, ...state } = held?.replica.awareness.getLocalState() ?? {};
    // Who has nothing else to say of themselves is there for the typing alone.
    held?.replica.awareness.setLocalState(Object.keys(state).length === 0 ? null : state);
  }

  return {
    others: {
      get: cell.get,
      subscribe(listener) {
        awareness();
        return listeners.add(listener);
      },
    },
    type(thread) {
      const here = awareness();
      cancelOwn?.();
      cancelOwn = clock.after(stillMs, still);
      const at = Math.floor(clock.now() / 1000);
      here.setLocalState({ ...here.getLocalState(), typing: { log, at, ...(thread === undefined ? {} : { thread }) } });
    },
    close() {
      cancelLook();
      if (cancelOwn !== undefined) still();
      held?.replica.awareness.off('update', look);
      held?.release();
      held = undefined;
    },
  };
}

/** The server has stamped `user`; the rest is what another page says, which may be anything. */
function typistOf(state: Record<string, unknown>, log: string): Typist | undefined {
  const { user, typing } = state as {
    readonly user?: { readonly id?: unknown; readonly name?: unknown };
    readonly typing?: { readonly log?: unknown; readonly thread?: unknown } | null;
  };
  if (typing?.log !== log || typeof user?.id !== 'string') return undefined;
  return {
    id: user.id,
    name: typeof user.name === 'string' ? user.name : user.id,
    ...(typeof typing.thread === 'number' ? { thread: typing.thread } : {}),
  };
}
