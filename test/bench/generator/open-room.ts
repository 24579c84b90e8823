import { setTimeout as wait } from 'node:timers/promises';
import { segmentOf, type LogPage } from '@concord/protocol';
import type { Endpoint, JobResult, OpenRoomJob, WalkJob } from './jobs.ts';
import { tellAndWait } from './parent.ts';
import { request } from './request.ts';
import { nothingMeasured } from './result.ts';
import { messagesPath, openRoomSocket, segmentDocument, type RoomSocket } from './room.ts';
import { signToken } from './tokens.ts';

const visitor = 'talker0';
const visits = 10;

/** Opens a room on a server that was just started, as a client does: its newest page, and its newest segment. */
export async function runOpenRoom({ endpoint, room, visited }: OpenRoomJob): Promise<JobResult> {
  // The code is warm, as it is on a server that has other visitors; the room is not.
  for (let visit = 0; visit < visits; visit++) (await openRoom(endpoint, visited)).socket.close();
  await wait(300);
  await tellAndWait({ type: 'ready' });
  await tellAndWait({ type: 'mark', name: 'start' });
  const startedAt = performance.now();
  const { socket } = await openRoom(endpoint, room);
  const syncMs = performance.now() - startedAt;
  await tellAndWait({ type: 'mark', name: 'end' });
  socket.close();
  return { ...nothingMeasured, syncMs };
}

/** One member goes back through a room, and keeps open what it has seen. */
export async function runWalk({ endpoint, room, segments }: WalkJob): Promise<JobResult> {
  const { head } = await newestPage(endpoint, room);
  const member = await openMember(endpoint);
  await member.opened(segmentDocument(room, segmentOf(head)));
  await tellAndWait({ type: 'ready' });
  await tellAndWait({ type: 'mark', name: 'start' });
  const startedAt = performance.now();
  for (let back = 1; back <= segments; back++) await member.opened(segmentDocument(room, segmentOf(head) - back));
  const windowMs = performance.now() - startedAt;
  await tellAndWait({ type: 'mark', name: 'end' });
  member.room.socket.close();
  return { ...nothingMeasured, windowMs };
}

async function openRoom(endpoint: Endpoint, room: string): Promise<RoomSocket> {
  const [member, { head }] = await Promise.all([openMember(endpoint), newestPage(endpoint, room)]);
  await member.opened(segmentDocument(room, segmentOf(head)));
  return member.room;
}

async function newestPage(endpoint: Endpoint, room: string): Promise<LogPage> {
  const token = signToken(endpoint.secret ?? '', visitor);
  const page = (await request(endpoint, token, 'GET', `${messagesPath(room)}?limit=50`)) as LogPage;
  if (page.items.length === 0) throw new Error(`${room} is empty`);
  return page;
}

interface OpenedMember {
  readonly room: RoomSocket;
  /** Resolves once the document is there. */
  opened(document: string): Promise<void>;
}

async function openMember(endpoint: Endpoint): Promise<OpenedMember> {
  let onSynced = (): void => {};
  const room = await openRoomSocket(endpoint, visitor, {
    onFrame(frame) {
      if (frame.kind === 'step2') onSynced();
    },
  });
  return {
    room,
    opened(document) {
      const synced = new Promise<void>((resolve) => (onSynced = resolve));
      room.open(document);
      return synced;
    },
  };
}
