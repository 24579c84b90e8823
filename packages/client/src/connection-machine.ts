import type { ConcordError } from '@concord/protocol';
import type { ConnectionPhase } from './connection.ts';

/**
 * The client's one socket, as what it is in and what it does about what happens. Pure: `step` says what to do, the
 * connection does it.
 *
 *              wanted, due, woken          opened               accepted            synced
 *   ┌─────────┐ ────────► ┌────────────┐ ────────► ┌────────────────┐ ──► ┌─────────┐ ◄──► ┌──────┐
 *   │ offline │           │ connecting │           │ authenticating │     │ syncing │      │ live │
 *   └─────────┘ ◄──────── └────────────┘           └────────────────┘     └─────────┘      └──────┘
 *        ▲        failed, unwanted  ▲ renewed               │ refused          │ behind       │
 *        │                          └──────── ┌─────────┐ ◄─┴──────────────────┴──────────────┘
 *        │                            failed  │ expired │ refused again, or no token to be had
 *        └─────────────────────────────────── └─────────┘ ──────► ┌────────┐ renewed (the page asks for it)
 *                                                                 │ denied │ ──────► connecting
 *   closed, from anywhere ──► gone                                └────────┘
 */
export interface MachineState {
  readonly phase: ConnectionPhase;
  /** Somebody has use for it. */
  readonly isWanted: boolean;
  /** The last token was not taken: if the next one is not, either, there is none. */
  readonly isRejected: boolean;
  /** Why it is `offline` or `denied`. */
  readonly error?: ConcordError;
}

export type MachineEvent =
  | { readonly type: 'wanted' }
  | { readonly type: 'unwanted' }
  /** It is time for the next attempt. */
  | { readonly type: 'due' }
  /** The network is back, the page has woken, or somebody presses the button: not later, now. */
  | { readonly type: 'woken' }
  | { readonly type: 'opened' }
  | { readonly type: 'accepted' }
  /** Every open document holds what the server holds … */
  | { readonly type: 'synced' }
  /** … or one does not, yet. */
  | { readonly type: 'behind' }
  /** The server does not take the token. */
  | { readonly type: 'refused'; readonly error: ConcordError }
  /** There is another token. */
  | { readonly type: 'renewed' }
  /** No way through, no token for now, or cut: it can be tried again. */
  | { readonly type: 'failed'; readonly error: ConcordError }
  /** There is no sense in trying again. */
  | { readonly type: 'denied'; readonly error: ConcordError }
  | { readonly type: 'closed' };

export type MachineEffect = 'connect' | 'authenticate' | 'renew' | 'hangUp' | 'retryLater' | 'cancelRetry';

export interface MachineStep {
  readonly state: MachineState;
  readonly effects: readonly MachineEffect[];
}

export const initialState: MachineState = { phase: 'offline', isWanted: false, isRejected: false };

type Cell<E extends MachineEvent['type']> = (state: MachineState, event: Extract<MachineEvent, { type: E }>) => MachineStep;
type Row = { readonly [E in MachineEvent['type']]: Cell<E> };

function to(state: MachineState, phase: ConnectionPhase, ...effects: readonly MachineEffect[]): MachineStep {
  const { error: _over, ...rest } = state;
  return { state: { ...rest, phase }, effects };
}

const stay = (state: MachineState): MachineStep => ({ state, effects: [] });
const want = (state: MachineState): MachineStep => stay({ ...state, isWanted: true });
const unwant = (state: MachineState): MachineStep => to({ ...state, isWanted: false }, 'offline', 'hangUp', 'cancelRetry');
const close = (state: MachineState): MachineStep => to({ ...state, isWanted: false }, 'gone', 'hangUp', 'cancelRetry');
const tryNow = (state: MachineState): MachineStep =>
  state.isWanted ? to(state, 'connecting', 'cancelRetry', 'connect') : stay(state);
const fail: Cell<'failed'> = (state, { error }) => ({
  state: { ...state, phase: 'offline', error },
  effects: ['hangUp', 'retryLater'],
});
const deny = (state: MachineState, { error }: { readonly error: ConcordError }): MachineStep => ({
  state: { ...state, phase: 'denied', isRejected: true, error },
  effects: ['hangUp', 'cancelRetry'],
});
const refuse: Cell<'refused'> = (state, event) =>
  state.isRejected ? deny(state, event) : to({ ...state, isRejected: true }, 'expired', 'hangUp', 'renew');

/** Nothing that happens changes anything. */
const still: Row = {
  wanted: stay,
  unwanted: stay,
  due: stay,
  woken: stay,
  opened: stay,
  accepted: stay,
  synced: stay,
  behind: stay,
  refused: stay,
  renewed: stay,
  failed: stay,
  denied: stay,
  closed: stay,
};

/** What a socket does that is open and has been let in. */
const inside: Row = {
  ...still,
  wanted: want,
  unwanted: unwant,
  synced: (state) => to(state, 'live'),
  behind: (state) => to(state, 'syncing'),
  refused: refuse,
  failed: fail,
  denied: deny,
  closed: close,
};

const table: { readonly [P in ConnectionPhase]: Row } = {
  // What a socket says that was hung up, and a token that comes too late, is not heard.
  offline: {
    ...still,
    wanted: (state) => tryNow({ ...state, isWanted: true }),
    unwanted: (state) => to({ ...state, isWanted: false }, 'offline', 'cancelRetry'),
    due: tryNow,
    woken: tryNow,
    closed: close,
  },
  connecting: {
    ...inside,
    opened: (state) => to(state, 'authenticating', 'authenticate'),
    // Documents may be open again before the connection has said so; it is asked for once it is in.
    synced: stay,
    behind: stay,
  },
  authenticating: {
    ...inside,
    accepted: (state) => to({ ...state, isRejected: false }, 'syncing'),
    synced: stay,
    behind: stay,
  },
  syncing: { ...inside, behind: stay },
  live: { ...inside, synced: stay },
  expired: {
    ...inside,
    renewed: (state) => to(state, 'connecting', 'connect'),
    refused: deny,
    synced: stay,
    behind: stay,
  },
  denied: {
    ...still,
    wanted: want,
    unwanted: (state) => stay({ ...state, isWanted: false }),
    renewed: (state) => (state.isWanted ? to({ ...state, isRejected: false }, 'connecting', 'connect') : stay(state)),
    closed: close,
  },
  gone: still,
};

/** What `event` makes of `state`, and what is to be done. */
export function step(state: MachineState, event: MachineEvent): MachineStep {
  const cell = table[state.phase][event.type] as Cell<MachineEvent['type']>;
  return cell(state, event);
}
