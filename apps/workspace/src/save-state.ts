/**
 * Whether what was edited here is on the server's disk.
 *
 * After its updates the page sends a flush with an id of its own; the server echoes the id once all it
 * received before on this document is durable. One flush is under way at a time, and the next one goes out
 * when more was edited meanwhile. An edit counts as saved only when a flush sent *after* it was echoed.
 *
 *              ready → flush what is unsaved
 *     ┌──────┐ ─────────────────────────────► ┌───────┐  edited  → flush, unless one is under way
 *     │ away │                                │ ready │  flushed → saved, or the next flush
 *     └──────┘ ◄───────────────────────────── └───────┘
 *         │        lost: its flush with it        │
 *         └──────────────┐          ┌─────────────┘
 *                refused ▼          ▼ refused
 *                       ┌────────────┐
 *                       │  refused   │  ready → as from away: the reason is gone
 *                       └────────────┘
 *
 * Pure: `step` says what to send, the caller sends it.
 */
export type SaveState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'offline'; readonly changes: number }
  | { readonly kind: 'refused'; readonly reason: string; readonly changes: number };

export type SaveEvent =
  /** The document changed here, not by the provider. */
  | { readonly type: 'edited' }
  /** Connected, and both sides have sent each other what they held. */
  | { readonly type: 'ready' }
  | { readonly type: 'lost' }
  | { readonly type: 'flushed'; readonly id: number }
  | { readonly type: 'refused'; readonly reason: string };

export interface SaveMachine {
  readonly phase: 'away' | 'ready' | 'refused';
  /** Why, while refused. */
  readonly reason: string;
  /** Local changes that no echoed flush covers. */
  readonly unsaved: number;
  /** The flush under way, and how many of the unsaved changes were made before it. */
  readonly flight: { readonly id: number; readonly covers: number } | null;
  /** Never used twice, so that an echo from before a reconnect matches nothing. */
  readonly lastId: number;
}

export interface SaveStep {
  readonly machine: SaveMachine;
  /** The id of a flush to send now. */
  readonly flush?: number;
}

export const initialSaveMachine: SaveMachine = { phase: 'away', reason: '', unsaved: 0, flight: null, lastId: 0 };

type Cell<E extends SaveEvent['type']> = (machine: SaveMachine, event: Extract<SaveEvent, { type: E }>) => SaveStep;
type Table = { readonly [P in SaveMachine['phase']]: { readonly [E in SaveEvent['type']]: Cell<E> } };

const stay = (machine: SaveMachine): SaveStep => ({ machine });
const count = (machine: SaveMachine): SaveStep => ({ machine: { ...machine, unsaved: machine.unsaved + 1 } });
const leave = (machine: SaveMachine): SaveStep => ({ machine: { ...machine, phase: 'away', flight: null } });
const arrive = (machine: SaveMachine): SaveStep => flushRest({ ...machine, phase: 'ready', reason: '', flight: null });
const refuse: Cell<'refused'> = (machine, { reason }) => ({ machine: { ...machine, phase: 'refused', reason, flight: null } });

const table: Table = {
  away: { edited: count, ready: arrive, lost: stay, flushed: stay, refused: refuse },
  ready: {
    edited: (machine) => flushRest(count(machine).machine),
    // A second handshake on a live connection (a forced sync) has nothing to add.
    ready: stay,
    lost: leave,
    flushed: (machine, { id }) =>
      machine.flight?.id === id
        ? flushRest({ ...machine, unsaved: machine.unsaved - machine.flight.covers, flight: null })
        : stay(machine),
    refused: refuse,
  },
  // Refused is said until the connection stands again: losing the socket behind it explains less.
  refused: { edited: count, ready: arrive, lost: stay, flushed: stay, refused: refuse },
};

/** What `event` makes of `machine`, and the flush to send. */
export function step(machine: SaveMachine, event: SaveEvent): SaveStep {
  const cell = table[machine.phase][event.type] as Cell<SaveEvent['type']>;
  return cell(machine, event);
}

/** What to tell the person in front of the page. */
export function saveStateOf({ phase, reason, unsaved }: SaveMachine): SaveState {
  if (phase === 'refused') return { kind: 'refused', reason, changes: unsaved };
  if (unsaved === 0) return { kind: 'saved' };
  return phase === 'ready' ? { kind: 'saving' } : { kind: 'offline', changes: unsaved };
}

function flushRest(machine: SaveMachine): SaveStep {
  if (machine.unsaved === 0 || machine.flight !== null) return { machine };
  const id = machine.lastId + 1;
  return { machine: { ...machine, flight: { id, covers: machine.unsaved }, lastId: id }, flush: id };
}
