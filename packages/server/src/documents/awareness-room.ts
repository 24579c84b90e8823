import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { Clock } from '../clock.ts';
import { readFrame, writeAwareness, type Frame } from './frames.ts';
import type { Presence, Speaker } from './presence.ts';

/** What a guest may see of where the others are: in some fields and logs, or nothing but who is here. */
export type Sight = VisiblePlaces | 'people';

interface VisiblePlaces {
  readonly fields: ReadonlyMap<string, unknown>;
  readonly logs: ReadonlySet<string>;
}

/** Somebody who has the document open. */
export interface Guest {
  readonly address: string;
  readonly speaker: Speaker;
  readonly sight: Sight;
  readonly push: (frame: Frame) => void;
}

/** A guest's place in a room. */
export interface Seat {
  /** Takes an awareness update, which has been checked. Of it counts what is the guest's own. */
  hear(update: Uint8Array): void;
  /** Shows the guest all who are there. */
  show(): void;
  leave(): void;
}

type State = Readonly<Record<string, unknown>>;

interface Shown {
  readonly clock: number;
  readonly state: State;
  readonly json: string;
  readonly speaker: Speaker;
  readonly heardAt: number;
}

/**
 * Changes are sent at once after a pause, then at most once in so many milliseconds for each who is there: 500 frames a
 * second, however many they are. Where there are few, each change is sent at once.
 */
const windowMsPerGuest = 2;
const few = 8;

/**
 * Clients renew their states every 15 seconds, and take a state that was not renewed within 30 for gone: renewals are
 * passed on together, in between.
 */
const refreshMs = 8_000;
const outdatedMs = 30_000;

/** So many who have left are remembered. */
const maxDeparted = 10_000;

/** What is shown of a state where nobody is to learn from it where somebody is. */
const statesOfPeople = ['user', 'away'] as const;

/** The rooms that somebody is in, by the names of their documents. */
export class AwarenessRooms {
  readonly #clock: Clock;
  readonly #rooms = new Map<string, AwarenessRoom>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `presence` says whose the clients of the document are. */
  enter(name: string, presence: Presence, guest: Guest): Seat {
    const room = this.#rooms.get(name) ?? new AwarenessRoom(presence, this.#clock);
    this.#rooms.set(name, room);
    room.enter(guest);
    return {
      hear: (update) => room.hear(guest, update),
      show: () => room.show(guest),
      leave: () => {
        room.leave(guest);
        if (room.isEmpty && this.#rooms.get(name) === room) this.#rooms.delete(name);
      },
    };
  }
}

/**
 * Who has a document open, and what they say of themselves: Yjs awareness for many people. What a client says costs no
 * frame to each of the others by itself: changes are joined, the more guests the more of them, and renewals wait for the
 * next round. So the frames grow with the guests, and not with their square.
 */
class AwarenessRoom {
  readonly #clock: Clock;
  readonly #presence: Presence;
  readonly #guests = new Set<Guest>();
  readonly #states = new Map<number, Shown>();
  /** The clocks with which clients went: an echo of them is no news. */
  readonly #departed = new Map<number, { readonly clock: number }>();
  /** What was not sent yet, by client; those who are gone with the clock with which they went. */
  readonly #changed = new Set<number>();
  readonly #gone = new Map<number, number>();
  /** The same states with a higher clock. */
  readonly #renewed = new Set<number>();
  #sentAt = -Infinity;
  #isDue = false;
  #cancelDue: () => void = () => undefined;
  #cancelRefresh: () => void = () => undefined;

  constructor(presence: Presence, clock: Clock) {
    this.#clock = clock;
    this.#presence = presence;
  }

  get isEmpty(): boolean {
    return this.#guests.size === 0;
  }

  enter(guest: Guest): void {
    if (this.isEmpty) this.#refreshLater();
    this.#guests.add(guest);
    this.show(guest);
  }

  show(guest: Guest): void {
    if (this.#states.size > 0) guest.push(this.#encode(guest, new Set(this.#states.keys())));
  }

  leave(guest: Guest): void {
    this.#guests.delete(guest);
    for (const [client, { speaker }] of this.#states) if (speaker === guest.speaker) this.#remove(client);
    if (!this.isEmpty) return this.#sendSoon();
    this.#cancelDue();
    this.#cancelRefresh();
  }

  hear({ speaker }: Guest, update: Uint8Array): void {
    const known = { clockOf: (client: number) => (this.#states.get(client) ?? this.#departed.get(client))?.clock };
    const decoder = decoding.createDecoder(this.#presence.stamp(update, speaker, known));
    const heardAt = this.#clock.now();
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const client = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      const json = decoding.readVarString(decoder);
      const before = this.#states.get(client);
      if (json === 'null') {
        if (before !== undefined && clock >= before.clock) this.#remove(client, clock);
      } else if (clock > (known.clockOf(client) ?? 0)) {
        // Nobody takes a state with a clock of 0, so that nothing is the renewal of one.
        const isRenewal = before?.json === json;
        this.#states.set(client, { clock, state: JSON.parse(json) as State, json, speaker, heardAt });
        this.#departed.delete(client);
        this.#gone.delete(client);
        (isRenewal ? this.#renewed : this.#changed).add(client);
      }
    }
    this.#sendSoon();
  }

  #remove(client: number, clock = this.#states.get(client)?.clock ?? 0): void {
    this.#states.delete(client);
    this.#changed.delete(client);
    this.#renewed.delete(client);
    this.#gone.set(client, clock);
    this.#departed.set(client, { clock });
    const [oldest = client] = this.#departed.keys();
    if (this.#departed.size > maxDeparted) this.#departed.delete(oldest);
  }

  #sendSoon(): void {
    if (this.#isDue || (this.#changed.size === 0 && this.#gone.size === 0)) return;
    this.#isDue = true;
    const windowMs = this.#guests.size <= few ? 0 : this.#guests.size * windowMsPerGuest;
    const waitMs = this.#sentAt + windowMs - this.#clock.now();
    if (waitMs > 0) this.#cancelDue = this.#clock.after(waitMs, () => this.#send());
    else setImmediate(() => this.#send());
  }

  #send(): void {
    this.#isDue = false;
    this.#sentAt = this.#clock.now();
    const clients = new Set([...this.#changed, ...this.#gone.keys()]);
    const frames = new Map<Sight, Map<string, Frame>>();
    if (clients.size > 0) {
      for (const guest of this.#guests) {
        const byAddress = frames.get(guest.sight) ?? new Map<string, Frame>();
        frames.set(guest.sight, byAddress);
        const frame = byAddress.get(guest.address) ?? this.#encode(guest, clients);
        byAddress.set(guest.address, frame);
        guest.push(frame);
      }
    }
    for (const client of this.#changed) this.#renewed.delete(client);
    this.#changed.clear();
    this.#gone.clear();
  }

  #refreshLater(): void {
    this.#cancelRefresh = this.#clock.after(refreshMs, () => {
      this.#refreshLater();
      const oldest = this.#clock.now() - outdatedMs;
      for (const [client, { heardAt }] of this.#states) if (heardAt < oldest) this.#remove(client);
      for (const client of this.#renewed) this.#changed.add(client);
      this.#renewed.clear();
      this.#sendSoon();
    });
  }

  #encode({ address, sight }: Guest, clients: ReadonlySet<number>): Frame {
    const body = encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, clients.size);
      for (const client of clients) {
        const shown = this.#states.get(client);
        encoding.writeVarUint(encoder, client);
        encoding.writeVarUint(encoder, shown?.clock ?? this.#gone.get(client) ?? 0);
        encoding.writeVarString(encoder, shown === undefined ? 'null' : jsonFor(shown, sight));
      }
    });
    return readFrame(writeAwareness(address, body));
  }
}

/** What the reader may not see is not named: neither the field in which somebody is, nor the log in which somebody types. */
function jsonFor({ state, json }: Shown, sight: Sight): string {
  if (sight === 'people') return JSON.stringify(Object.fromEntries(statesOfPeople.map((key) => [key, state[key]])));
  const { field, typing } = state;
  const { log } = Object(typing) as { readonly log?: unknown };
  const hidden = [
    ...(typeof field === 'string' && !sight.fields.has(field) ? ['field'] : []),
    ...(typeof log === 'string' && !sight.logs.has(log) ? ['typing'] : []),
  ];
  return hidden.length === 0
    ? json
    : JSON.stringify(Object.fromEntries(Object.entries(state).filter(([key]) => !hidden.includes(key))));
}
