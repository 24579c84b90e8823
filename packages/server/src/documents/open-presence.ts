import type { Connection } from '@hocuspocus/server';
import { ConcordError } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import type { AwarenessRooms, Seat, Sight } from './awareness-room.ts';
import type { OpenChannel } from './channel.ts';
import { frameType, readBody, readFrame, syncType, writeSync, writeSyncStatus, type Frame } from './frames.ts';
import { Presence, type AnnouncedIds } from './presence.ts';
import type { SocketContext } from './sync-socket.ts';

/** What an update, and a state vector, of an empty document are. */
const emptyUpdate = Uint8Array.of(0, 0);
const emptyVector = Uint8Array.of(0);

export interface OpenPresenceOptions {
  readonly connection: Connection<SocketContext>;
  readonly rooms: AwarenessRooms;
  readonly announced: AnnouncedIds;
  readonly push: (frame: Frame) => void;
}

/** The presence of a collection on one connection. As a document it is empty, and nobody writes into it. */
export class OpenPresence implements OpenChannel {
  readonly connection: Connection<SocketContext>;
  readonly #push: (frame: Frame) => void;
  readonly #seat: Seat;

  constructor({ connection, rooms, announced, push }: OpenPresenceOptions) {
    this.connection = connection;
    this.#push = push;
    const { user, name } = connection.context.principal as Principal;
    const room = connection.document.name;
    this.#seat = rooms.enter(room, new Presence(room, announced, () => undefined), {
      address: connection.messageAddress,
      speaker: { actor: user, name, isGone: () => !connection.document.hasConnection(connection) },
      // Another token may change it.
      get sight() {
        return connection.context.sight as Sight;
      },
      push,
    });
  }

  take(frame: Frame): void {
    const body = readBody(frame);
    const { messageAddress } = this.connection;
    if (frame.type === frameType.awareness) this.#seat.hear(body);
    else if (frame.subtype === syncType.step1) {
      this.#push(readFrame(writeSync(messageAddress, syncType.step1, emptyVector)));
      this.#push(readFrame(writeSync(messageAddress, syncType.step2, emptyUpdate)));
    } else if (frame.subtype === syncType.step2 || frame.subtype === syncType.update)
      this.#push(
        readFrame(writeSyncStatus(messageAddress, emptyUpdate.every((byte, at) => body[at] === byte) && body.length === 2)),
      );
    else throw new ConcordError('invalid_frame');
  }

  ask(): void {
    this.#seat.show();
  }

  /** Nothing is written here. */
  permit(): void {}

  endsAlone(): boolean {
    return false;
  }

  left(): void {
    this.#seat.leave();
  }
}
