import { setTimeout as wait } from 'node:timers/promises';
import * as encoding from 'lib0/encoding';
import { openMany } from './editor.ts';
import type { JobResult, PresenceJob } from './jobs.ts';
import { createWindow, measureDuring } from './measured-window.ts';
import { tellAndWait } from './parent.ts';
import { nothingMeasured } from './result.ts';
import { makeRoom, openRoomSocket, type RoomSocket } from './room.ts';
import { wires } from './wire.ts';

const room = 'room';
const document = `bench/rooms/${room}`;
const clientIdBase = 0x40000000;
/** As y-protocols renews what somebody says of themselves. */
const renewMs = 15_000;
/** Every tenth types, and says so again and again. */
const typistShare = 10;
const typingMs = 3_000;
const tickMs = 10;

interface Present {
  readonly clientId: number;
  readonly isTypist: boolean;
  socket: RoomSocket | null;
  clock: number;
}

/** Members are in a room; all renew that they are there, and some type. Counts the frames in which that is told. */
export async function runPresence({ endpoint, members, warmUpMs, measureMs }: PresenceJob): Promise<JobResult> {
  const window = createWindow();
  const people = Array.from({ length: members }, (_, index): Present => {
    return { clientId: clientIdBase + index, isTypist: index % typistShare === 0, socket: null, clock: 0 };
  });
  let [frames, bytesRead, said, stopped] = [0, 0, 0, false];

  await makeRoom(
    endpoint,
    room,
    people.map((_, index) => `user${index}`),
  );
  const head = wires[endpoint.wire].awarenessHead(document);
  await openMany(members, async (index) => {
    const opened = await openRoomSocket(endpoint, `user${index}`, {
      onFrame(frame, bytes) {
        if (frame.kind !== 'awareness' || !window.isOpen) return;
        frames++;
        bytesRead += bytes.length;
      },
    });
    opened.open(document);
    people[index]!.socket = opened;
  });
  await tellAndWait({ type: 'ready' });

  const say = (person: Present, at: number | null): void => {
    person.socket?.socket.send(awarenessFrame(head, person, at));
    if (window.isOpen) said++;
  };
  const talking = (async () => {
    const startedAt = performance.now();
    // Each at a moment of its own, as people who came at different times.
    const due = people.map((_, index) => (index * renewMs) / members);
    const dueTyping = people.map((_, index) => (index * typingMs) / members);
    for (const person of people) say(person, null);
    while (!stopped) {
      const now = performance.now() - startedAt;
      for (const [index, person] of people.entries()) {
        if (due[index]! <= now) {
          due[index]! += renewMs;
          say(person, null);
        }
        if (person.isTypist && dueTyping[index]! <= now) {
          dueTyping[index]! += typingMs;
          say(person, Math.floor(now));
        }
      }
      await wait(tickMs);
    }
  })();
  await wait(warmUpMs);
  await measureDuring(window, () => wait(measureMs));
  stopped = true;
  await talking;
  for (const { socket } of people) socket?.socket.close();
  return {
    ...nothingMeasured,
    windowMs: window.windowMs,
    generatorCpuMs: window.generatorCpuMs,
    updates: said,
    messages: frames,
    deliveredBytes: bytesRead,
  };
}

/** A state of one client, as y-protocols writes it. */
function awarenessFrame(head: Uint8Array, person: Present, typingAt: number | null): Uint8Array {
  const state = encoding.createEncoder();
  encoding.writeVarUint(state, 1);
  encoding.writeVarUint(state, person.clientId);
  encoding.writeVarUint(state, ++person.clock);
  encoding.writeVarString(state, JSON.stringify(typingAt === null ? {} : { typing: { log: 'messages', at: typingAt } }));
  const message = encoding.createEncoder();
  encoding.writeUint8Array(message, head);
  encoding.writeVarUint8Array(message, encoding.toUint8Array(state));
  return encoding.toUint8Array(message);
}
