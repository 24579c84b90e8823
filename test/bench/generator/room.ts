import { segmentPart } from '@concord/protocol';
import type { Endpoint } from './jobs.ts';
import { openRawWebSocket, type RawWebSocket } from './raw-web-socket.ts';
import { request } from './request.ts';
import { signToken } from './tokens.ts';
import { wires, type Frame } from './wire.ts';

const owner = 'owner';

/** Makes a room with these members, and somebody to whom it belongs. */
export async function makeRoom(endpoint: Endpoint, id: string, members: readonly string[]): Promise<void> {
  const token = signToken(endpoint.secret ?? '', owner);
  await request(endpoint, token, 'POST', '/records/rooms', { id, title: id });
  for (const user of members) await request(endpoint, token, 'PUT', `/records/rooms/${id}/members/${user}`, {});
}

export function messagesPath(room: string): string {
  return `/records/rooms/${room}/messages`;
}

export function segmentDocument(room: string, segment: number): string {
  return `bench/rooms/${room}/${segmentPart('messages', segment)}`;
}

export interface RoomSocketEvents {
  /** What a document has, or what was added to it. `frame` is shared and used again. */
  onFrame(frame: Frame, bytes: Buffer): void;
}

/** One member's socket, on which documents are opened one after the other. */
export interface RoomSocket {
  readonly socket: RawWebSocket;
  open(document: string): void;
}

const frame: Frame = { kind: 'other', start: 0, end: 0 };

/** Resolves once it is connected. Whatever the server refuses ends the job. */
export function openRoomSocket(endpoint: Endpoint, user: string, events: RoomSocketEvents): Promise<RoomSocket> {
  const wire = wires[endpoint.wire];
  const token = signToken(endpoint.secret ?? '', user);
  return new Promise((resolve) => {
    const socket = openRawWebSocket(endpoint.port, endpoint.basePath, {
      onOpen: () =>
        resolve({
          socket,
          open(document) {
            for (const message of wire.hello(document, token)) socket.send(message);
          },
        }),
      onMessage(bytes, start, end) {
        wire.read(bytes, start, end, frame);
        if (frame.kind === 'refused') throw new Error(`${user} was refused: ${bytes.toString('latin1', frame.start, frame.end)}`);
        events.onFrame(frame, bytes);
      },
      onClose(reason) {
        throw new Error(`The server closed the socket of ${user} (${reason})`);
      },
    });
  });
}
