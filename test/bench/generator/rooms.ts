import { openMany } from './editor.ts';
import type { JobResult, RoomsJob } from './jobs.ts';
import { tellAndWait } from './parent.ts';
import { request } from './request.ts';
import { nothingMeasured } from './result.ts';
import { messagesPath, openRoomSocket, segmentDocument, type RoomSocket } from './room.ts';
import { signToken } from './tokens.ts';

const messagesEach = 5;

/** Opens the newest segments of rooms with a member each, who then do nothing. */
export async function runRooms(job: RoomsJob): Promise<JobResult> {
  await tellAndWait({ type: 'ready' });
  const early = await openRooms(job, 0, job.warmUpRooms);
  await tellAndWait({ type: 'mark', name: 'start' });
  const late = await openRooms(job, job.warmUpRooms, job.rooms);
  await tellAndWait({ type: 'mark', name: 'end' });
  for (const { socket } of [...early, ...late]) socket.close();
  return nothingMeasured;
}

async function openRooms({ endpoint }: RoomsJob, from: number, count: number): Promise<RoomSocket[]> {
  return await openMany(count, async (index) => {
    const [room, user] = [`room${from + index}`, `user${from + index}`];
    const token = signToken(endpoint.secret ?? '', user);
    await request(endpoint, token, 'POST', '/records/rooms', { id: room });
    for (let message = 0; message < messagesEach; message++)
      await request(endpoint, token, 'POST', messagesPath(room), { text: `This is message ${message} of a room.` });
    return await new Promise<RoomSocket>((resolve, reject) => {
      const opening = openRoomSocket(endpoint, user, {
        onFrame(frame) {
          if (frame.kind === 'step2') opening.then(resolve, reject);
        },
      });
      opening.then((opened) => opened.open(segmentDocument(room, 0)), reject);
    });
  });
}
