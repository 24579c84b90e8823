/**
 * The life of a delivery.
 *
 *                    ┌────── gone, interrupted ─────┐
 *                    ▼                              │
 *     (made) ──► queued ─────────── begun ──────► sending ── accepted ──► delivered
 *                    ▲                            │ │ │
 *                   due                           │ │ └───── exhausted ─► dead
 *                    │                            │ │
 *                waiting ◄──────── refused ───────┘ └─────── hidden ────► withheld
 *
 * `queued` and what `waiting` waits for are on disk before anything is sent; `sending` is known to the process only, and
 * so a delivery that a crash finds there is queued again: it is sent once more, under the same webhook-id. The others are
 * final; what is replayed is another delivery.
 */
export type DeliveryState = 'queued' | 'sending' | 'waiting' | 'delivered' | 'dead' | 'withheld';

/**
 * `begun`: the deliveries of its record before it are over, and there is room for another attempt.
 * `hidden`: by now its reader may not read the event, or that was erased; nothing is sent.
 * `accepted`: 2xx. `refused`: anything else, or no answer. `exhausted`: the same, and it was the last attempt.
 * `gone`: 410, which disables the endpoint; should it be enabled again, so is the delivery.
 * `due`: it is time to try again. `interrupted`: the server, or the endpoint, stopped meanwhile; nobody knows how it went.
 */
export type DeliveryEvent = 'begun' | 'hidden' | 'accepted' | 'refused' | 'exhausted' | 'gone' | 'due' | 'interrupted';

/** Null: this cannot happen. */
type Table = { readonly [State in DeliveryState]: { readonly [Event in DeliveryEvent]: DeliveryState | null } };

const never = {
  begun: null,
  hidden: null,
  accepted: null,
  refused: null,
  exhausted: null,
  gone: null,
  due: null,
  interrupted: null,
} as const;

const table: Table = {
  queued: { ...never, begun: 'sending', interrupted: 'queued' },
  sending: {
    ...never,
    hidden: 'withheld',
    accepted: 'delivered',
    refused: 'waiting',
    exhausted: 'dead',
    gone: 'queued',
    interrupted: 'queued',
  },
  waiting: { ...never, due: 'queued', interrupted: 'waiting' },
  delivered: never,
  dead: never,
  withheld: never,
};

/** The state after an event. A TypeError where that cannot happen: it is a defect. */
export function nextState(state: DeliveryState, event: DeliveryEvent): DeliveryState {
  const next = table[state][event];
  if (next === null) throw new TypeError(`A delivery that is ${state} cannot be ${event}`);
  return next;
}

/** What a delivery is over with: it is never sent again. */
export type FinalState = 'delivered' | 'dead' | 'withheld';

export function isFinal(state: DeliveryState): state is FinalState {
  return table[state] === never;
}
