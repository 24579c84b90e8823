import { personColor } from '@concord/protocol';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** Who a connection speaks for. */
export interface Speaker {
  readonly actor: string;
  readonly name: string;
  /** Not of this connection any more: what it spoke for may be taken up by another one. */
  readonly isGone: () => boolean;
}

/** The clocks of clients that are shown, or were. */
export interface KnownClients {
  clockOf(client: number): number | undefined;
}

/** More than one page needs; a connection that speaks for more is not heard. */
const maxClients = 16;

/** How many ids of one user are remembered, of all parts together. */
const maxRememberedPerUser = 1_000;

/**
 * Who was seen first under a Yjs client id, of any part, while this process runs. A page shows its id to all that have
 * the document open, before it writes: whoever takes that id then would keep out what the page writes later.
 */
export class AnnouncedIds {
  readonly #users = new Map<string, string>();
  /** In the order in which they were announced. */
  readonly #idsOf = new Map<string, Set<string>>();

  userOf(part: string, client: number): string | undefined {
    return this.#users.get(`${part} ${client}`);
  }

  note(part: string, client: number, user: string): void {
    const id = `${part} ${client}`;
    if (this.#users.has(id)) return;
    const ids = this.#idsOf.get(user) ?? new Set();
    this.#idsOf.set(user, ids.add(id));
    this.#users.set(id, user);
    // Only one's own make room: nobody has another's forgotten.
    if (ids.size <= maxRememberedPerUser) return;
    const [oldest = ''] = ids;
    ids.delete(oldest);
    this.#users.delete(oldest);
  }
}

/** Whose the awareness clients of a document are while they are shown. */
export class Presence {
  readonly #speakers = new Map<number, Speaker>();
  readonly #part: string;
  readonly #announced: AnnouncedIds;
  /** Who has written under an id. */
  readonly #ownerOf: (client: number) => string | undefined;

  constructor(part: string, announced: AnnouncedIds, ownerOf: (client: number) => string | undefined) {
    this.#part = part;
    this.#announced = announced;
    this.#ownerOf = ownerOf;
  }

  /**
   * What of an awareness update may be heard from `speaker`: states of clients that it speaks for, each bearing
   * the user it has authenticated as. The rest, such as the echo that y-websocket sends of everybody, is left out.
   */
  stamp(update: Uint8Array, speaker: Speaker, known: KnownClients): Uint8Array {
    const decoder = decoding.createDecoder(update);
    const body = encoding.createEncoder();
    let count = 0;
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const client = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      const state: unknown = JSON.parse(decoding.readVarString(decoder));
      if (typeof state !== 'object' || Array.isArray(state)) continue;
      // An echo of one who has left is no newer than what is known of it, and claims nothing.
      const isNews = state !== null && clock > (known.clockOf(client) ?? -1);
      if (!this.#isHis(client, speaker, isNews)) continue;
      encoding.writeVarUint(body, client);
      encoding.writeVarUint(body, clock);
      encoding.writeVarString(body, JSON.stringify(state && { ...state, user: userOf(state, speaker) }));
      count++;
    }
    const stamped = encoding.createEncoder();
    encoding.writeVarUint(stamped, count);
    encoding.writeUint8Array(stamped, encoding.toUint8Array(body));
    return encoding.toUint8Array(stamped);
  }

  #isHis(client: number, speaker: Speaker, mayClaim: boolean): boolean {
    const known = this.#speakers.get(client);
    if (known === speaker) return true;
    // The same page, back before its old connection was found dead.
    const isFree = known === undefined || known.isGone() || known.actor === speaker.actor;
    const user = this.#ownerOf(client) ?? this.#announced.userOf(this.#part, client) ?? speaker.actor;
    if (!mayClaim || !isFree || user !== speaker.actor) return false;
    for (const [id, found] of this.#speakers) if (found.isGone()) this.#speakers.delete(id);
    if ([...this.#speakers.values()].filter((found) => found === speaker).length >= maxClients) return false;
    this.#speakers.set(client, speaker);
    this.#announced.note(this.#part, client, speaker.actor);
    return true;
  }
}

function userOf(state: object, { actor, name }: Speaker): { readonly id: string; readonly name: string; readonly color: string } {
  const said = (state as { readonly user?: { readonly color?: unknown } | null }).user?.color;
  const isColor = typeof said === 'string' && /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(said);
  return { id: actor, name, color: isColor ? said : personColor(actor) };
}
