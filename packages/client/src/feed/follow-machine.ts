import type { Transport } from '../client.ts';

/**
 * How one reader of the feed chooses its transport. Pure: `follow` says where it is next, the follower opens and closes
 * what that asks for.
 *
 *                 ┌── blocked: the next best one ──┐
 *                 ▼                                │
 *   begun ──► ┌─────────┐ ──────────────────────── ┘   ┌──────┐
 *             │ opening │ ──────── opened ───────────► │ live │
 *             └─────────┘ ◄─ blocked, better, woken ── └──────┘
 *               ▲     │         (a socket's cut)          │
 *          due, │     │ cut; blocked, and there is        │ cut
 *        woken, │     │ no next best one                  │
 *        better │     ▼                                   │
 *             ┌─────────┐ ◄───────────────────────────────┘
 *             │ waiting │
 *             └─────────┘          refused, stopped, from anywhere ──► ended
 *
 * A transport that did not get through is only suspected: where none gets through, it is the network that is gone.
 * It is known to be blocked once another one has opened (`suspects`).
 */
export type FollowState =
  | { readonly name: 'opening'; readonly transport: Transport; readonly suspects: readonly Transport[] }
  | { readonly name: 'live'; readonly transport: Transport }
  | { readonly name: 'waiting' }
  | { readonly name: 'ended' };

/** `better`: a transport can be used that could not before. The others: see `Leg`, and the diagram. */
export type FollowEvent = 'opened' | 'blocked' | 'cut' | 'refused' | 'due' | 'woken' | 'better' | 'stopped';

type Named<N extends FollowState['name']> = Extract<FollowState, { readonly name: N }>;
/** @param usable the transports that are not known to be blocked, in the order in which they are preferred */
type Cell<N extends FollowState['name']> = (state: Named<N>, usable: readonly Transport[]) => FollowState;
type Table = { readonly [N in FollowState['name']]: { readonly [E in FollowEvent]: Cell<N> } };

const waiting: FollowState = { name: 'waiting' };
const ended: FollowState = { name: 'ended' };
const stay = (state: FollowState): FollowState => state;
const wait = (): FollowState => waiting;
const end = (): FollowState => ended;

export function begin(usable: readonly Transport[]): FollowState {
  return next(usable, []);
}

const restart = (_state: FollowState, usable: readonly Transport[]): FollowState => begin(usable);

/** The best one that is not suspected. */
function next(usable: readonly Transport[], suspects: readonly Transport[]): FollowState {
  const transport = usable.find((one) => !suspects.includes(one));
  return transport === undefined ? waiting : { name: 'opening', transport, suspects };
}

const table: Table = {
  opening: {
    opened: ({ transport }) => ({ name: 'live', transport }),
    blocked: ({ transport, suspects }, usable) => next(usable, [...suspects, transport]),
    cut: wait,
    refused: end,
    due: stay,
    // What was asked before the machine slept may never be answered. The socket knows by itself.
    woken: (state, usable) => (state.transport === 'websocket' ? state : begin(usable)),
    better: (state, usable) => (isBetter(state.transport, usable, state.suspects) ? next(usable, state.suspects) : state),
    stopped: end,
  },
  live: {
    opened: stay,
    blocked: ({ transport }, usable) => next(usable, [transport]),
    // The socket comes back by itself, at its own pace.
    cut: ({ transport }, usable) => (transport === 'websocket' ? begin(usable) : waiting),
    refused: end,
    due: stay,
    woken: (state, usable) => (state.transport === 'websocket' ? state : begin(usable)),
    better: (state, usable) => (isBetter(state.transport, usable) ? begin(usable) : state),
    stopped: end,
  },
  waiting: {
    opened: stay,
    blocked: stay,
    cut: stay,
    refused: end,
    due: restart,
    woken: restart,
    better: restart,
    stopped: end,
  },
  ended: {
    opened: stay,
    blocked: stay,
    cut: stay,
    refused: stay,
    due: stay,
    woken: stay,
    better: stay,
    stopped: stay,
  },
};

/** Whether there is one in front of it that is not suspected. */
function isBetter(transport: Transport, usable: readonly Transport[], suspects: readonly Transport[] = []): boolean {
  const best = usable.find((one) => !suspects.includes(one));
  return best !== undefined && best !== transport;
}

/** Where `event` leads from `state`: the same object where it leads nowhere else. */
export function follow(state: FollowState, event: FollowEvent, usable: readonly Transport[]): FollowState {
  const cell = table[state.name][event] as Cell<FollowState['name']>;
  return cell(state, usable);
}
