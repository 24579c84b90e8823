import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { FieldSet } from '@concord/schema';
import type { Clock } from '../clock.ts';
import { readFrame, writeAwareness, type Frame } from './frames.ts';
import { Presence, type AnnouncedIds, type Speaker } from './presence.ts';

/** Somebody who has the presence of a collection open. */
export interface Guest {
  readonly address: string;
  readonly speaker: Speaker;
  /** What they may see of each record. */
  readonly sight: FieldSet;
  readonly push: (frame: Frame) => void;
}

interface Shown {
  clock: number;
  readonly state: { readonly field?: unknown };
  readonly json: string;
  readonly speaker: Speaker;
  heardAt: number;
}

/** Changes are sent at once after a pause, then at most once in so many milliseconds for each who is there: 500 frames a second, however many they are. */
const windowMsPerGuest = 2;
const minWindowMs = 50;

/**
 * Clients renew their states every 15 seconds, and take a state that was not renewed within 30 for gone: renewals are
 * passed on together, in between.
 */
const refreshMs = 8_000;
const outdatedMs = 30_000;

/**
 * Who is where in one collection: Yjs awareness without a document, for many more people than one record has. What a
 * client says costs no frame to each of the others by itself: changes are joined, the more guests the more of them, and
 * renewals wait for the next round.
 */
export class CollectionPresence {
  readonly #clock: Clock;
  readonly #presence: Presence;
  readonly #guests = new Set<Guest>();
  readonly #states = new Map<number, Shown>();
  /** What was not sent yet, by client; those who are gone with the clock with which they went. */
  readonly #changed = new Set<number>();
  readonly #gone = new Map<number, number>();
  /** The same states with a higher clock. */
  readonly #renewed = new Set<number>();
  #sentAt = -Infinity;
  #isDue = false;
  #cancelDue: () => void = () => undefined;
  #cancelRefresh: () => void = () => undefined;

  constructor(name: string, announced: AnnouncedIds, clock: Clock) {
    this.#clock = clock;
    this.#presence = new Presence(name, announced, () => undefined);
  }

  get isEmpty(): boolean {
    return this.#guests.size === 0;
  }

  /** Shows a guest who is there. */
  enter(guest: Guest): void {
    if (this.isEmpty) this.#refreshLater();
    this.#guests.add(guest);
    if (this.#states.size > 0) guest.push(this.#encode(guest, new Set(this.#states.keys())));
  }

  leave(guest: Guest): void {
    this.#guests.delete(guest);
    for (const [client, { speaker }] of this.#states) if (speaker === guest.speaker) this.#remove(client);
    if (!this.isEmpty) return this.#sendSoon();
    this.#cancelDue();
    this.#cancelRefresh();
  }

  /** An awareness update, which has been checked. Of it counts what is the guest's own. */
  hear({ speaker }: Guest, update: Uint8Array): void {
    const decoder = decoding.createDecoder(this.#presence.stamp(update, speaker, { meta: this.#states }));
    const heardAt = this.#clock.now();
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const client = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      const json = decoding.readVarString(decoder);
      const before = this.#states.get(client);
      if (json === 'null') {
        if (before !== undefined && clock >= before.clock) this.#remove(client, clock);
      } else if (before === undefined || clock > before.clock) {
        const isRenewal = before?.json === json;
        this.#states.set(client, { clock, state: JSON.parse(json) as Shown['state'], json, speaker, heardAt });
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
  }

  #sendSoon(): void {
    if (this.#isDue || (this.#changed.size === 0 && this.#gone.size === 0)) return;
    this.#isDue = true;
    const windowMs = Math.max(minWindowMs, this.#guests.size * windowMsPerGuest);
    const waitMs = this.#sentAt + windowMs - this.#clock.now();
    if (waitMs > 0) this.#cancelDue = this.#clock.after(waitMs, () => this.#send());
    else setImmediate(() => this.#send());
  }

  #send(): void {
    this.#isDue = false;
    this.#sentAt = this.#clock.now();
    const clients = new Set([...this.#changed, ...this.#gone.keys()]);
    const frames = new Map<FieldSet, Map<string, Frame>>();
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

/** A field that the reader may not see is not named. */
function jsonFor({ state, json }: Shown, { fields }: FieldSet): string {
  if (typeof state.field !== 'string' || fields.has(state.field)) return json;
  const { field: _, ...rest } = state;
  return JSON.stringify(rest);
}
