import type { FillRoomsJob, JobResult } from './jobs.ts';
import { request } from './request.ts';
import { nothingMeasured } from './result.ts';
import { makeRoom, messagesPath } from './room.ts';
import { createTexts } from './texts.ts';
import { signToken } from './tokens.ts';

/** Who talks in the rooms that are filled. */
const talkers = Array.from({ length: 20 }, (_, index) => `talker${index}`);

/** So many are under way at a time. */
const width = 100;

/** Fills rooms with what their members may have said. */
export async function runFillRooms({ endpoint, rooms }: FillRoomsJob): Promise<JobResult> {
  const startedAt = performance.now();
  const tokens = talkers.map((user) => signToken(endpoint.secret ?? '', user));
  for (const { id, messages } of rooms) {
    await makeRoom(endpoint, id, talkers);
    const textOf = createTexts(messages);
    let next = 0;
    const post = async (): Promise<void> => {
      while (next < messages) {
        const number = next++;
        await request(endpoint, tokens[number % tokens.length]!, 'POST', messagesPath(id), { text: textOf(number) });
      }
    };
    await Promise.all(Array.from({ length: width }, post));
  }
  return { ...nothingMeasured, windowMs: performance.now() - startedAt };
}
