import type { Connection } from '@hocuspocus/server';
import type { FieldSet } from '@concord/schema';
import { ConcordError } from '@concord/protocol';
import type { Clock } from '../clock.ts';
import type { Principal } from '../access/principal.ts';
import type { OpenChannel } from './channel.ts';
import { CollectionPresence, type Guest } from './collection-presence.ts';
import { frameType, readBody, readFrame, syncType, writeSync, writeSyncStatus, type Frame } from './frames.ts';
import type { AnnouncedIds } from './presence.ts';
import type { SocketContext } from './sync-socket.ts';

/** What an update, and a state vector, of an empty document are. */
const emptyUpdate = Uint8Array.of(0, 0);
const emptyVector = Uint8Array.of(0);

/** The presence of collections that somebody has open, by name. */
export class Presences {
  readonly #announced: AnnouncedIds;
  readonly #clock: Clock;
  readonly #rooms = new Map<string, CollectionPresence>();

  constructor(announced: AnnouncedIds, clock: Clock) {
    this.#announced = announced;
    this.#clock = clock;
  }

  enter(connection: Connection<SocketContext>, push: (frame: Frame) => void): OpenPresence {
    const { name } = connection.document;
    const room = this.#rooms.get(name) ?? new CollectionPresence(name, this.#announced, this.#clock);
    this.#rooms.set(name, room);
    return new OpenPresence(connection, room, push, () => {
      if (room.isEmpty && this.#rooms.get(name) === room) this.#rooms.delete(name);
    });
  }
}

/** The presence of a collection on one connection. As a document it is empty, and nobody writes into it. */
export class OpenPresence implements OpenChannel {
  readonly connection: Connection<SocketContext>;
  readonly #room: CollectionPresence;
  readonly #push: (frame: Frame) => void;
  readonly #guest: Guest;
  readonly #onLeft: () => void;

  constructor(connection: Connection<SocketContext>, room: CollectionPresence, push: (frame: Frame) => void, onLeft: () => void) {
    this.connection = connection;
    this.#room = room;
    this.#push = push;
    this.#onLeft = onLeft;
    const { user, name } = connection.context.principal as Principal;
    this.#guest = {
      address: connection.messageAddress,
      speaker: { actor: user, name, isGone: () => !connection.document.hasConnection(connection) },
      // Another token may change it.
      get sight() {
        return connection.context.sight as FieldSet;
      },
      push,
    };
    room.enter(this.#guest);
  }

  take(frame: Frame): void {
    const body = readBody(frame);
    const { messageAddress } = this.connection;
    if (frame.type === frameType.awareness) this.#room.hear(this.#guest, body);
    else if (frame.subtype === syncType.step1) {
      this.#push(readFrame(writeSync(messageAddress, syncType.step1, emptyVector)));
      this.#push(readFrame(writeSync(messageAddress, syncType.step2, emptyUpdate)));
    } else if (frame.subtype === syncType.step2 || frame.subtype === syncType.update)
      this.#push(
        readFrame(writeSyncStatus(messageAddress, emptyUpdate.every((byte, at) => body[at] === byte) && body.length === 2)),
      );
    else throw new ConcordError('invalid_frame');
  }

  /** Nothing is written here. */
  permit(): void {}

  endsAlone(): boolean {
    return false;
  }

  left(): void {
    this.#room.leave(this.#guest);
    this.#onLeft();
  }
}
