import { setTimeout as wait } from 'node:timers/promises';
import { segmentSize, type LogPage } from '@concord/protocol';
import { createLatencies } from '../measure/latencies.ts';
import { openMany, waitUntil } from './editor.ts';
import type { Endpoint, JobResult, TalkJob } from './jobs.ts';
import { createWindow, measureDuring } from './measured-window.ts';
import { tellAndWait } from './parent.ts';
import { openRawWebSocket, type RawWebSocket } from './raw-web-socket.ts';
import { request } from './request.ts';
import { nothingMeasured } from './result.ts';
import { makeRoom, messagesPath, openRoomSocket, segmentDocument, type RoomSocket } from './room.ts';
import { signToken } from './tokens.ts';

const room = 'room';
const text = 'The proofs of the catalogue lie on the table: please have a look before noon.';
const drainMs = 5000;
/** In front of a message's number in its id. */
const marker = Buffer.from('tick-');
const digits = 7;

interface Member {
  readonly user: string;
  readonly token: string;
  /** Which messages have arrived, by number. */
  readonly has: Set<number>;
  segment: number;
  socket: RoomSocket | null;
}

/** Members of a room say something in turn, whatever comes back; all of them see all of it. */
export async function runTalk(job: TalkJob): Promise<JobResult> {
  const { endpoint } = job;
  const window = createWindow();
  const [answers, deliveries, lags, told] = [createLatencies(), createLatencies(), createLatencies(), createLatencies()];
  const sentAt: number[] = [];
  let [stopped, answered, arrived, bytesArrived] = [false, 0, 0, 0];

  const members = Array.from({ length: job.members }, (_, index): Member => {
    const user = `user${index}`;
    return { user, token: signToken(endpoint.secret ?? '', user), has: new Set(), segment: 0, socket: null };
  });
  const arrive = (member: Member, number: number): void => {
    if (member.has.has(number)) return;
    member.has.add(number);
    if (window.isOpen) {
      arrived++;
      deliveries.add(performance.now() - sentAt[number]!);
    }
    // The next segment is awaited as soon as this one is full.
    if (member.has.size % segmentSize === 0) member.socket!.open(segmentDocument(room, ++member.segment));
  };

  await makeRoom(
    endpoint,
    room,
    members.map(({ user }) => user),
  );
  await openMany(job.members, async (index) => {
    const member = members[index]!;
    let isOpen = false;
    member.socket = await openRoomSocket(endpoint, member.user, {
      onFrame(frame, bytes) {
        if (frame.kind !== 'update' && frame.kind !== 'step2') return;
        isOpen = true;
        if (window.isOpen) bytesArrived += frame.end - frame.start;
        for (let at = bytes.indexOf(marker, frame.start); at >= 0 && at < frame.end; at = bytes.indexOf(marker, at + 1))
          arrive(member, Number.parseInt(bytes.toString('latin1', at + marker.length, at + marker.length + digits), 10));
      },
    });
    member.socket.open(segmentDocument(room, 0));
    await waitUntil(() => isOpen, drainMs);
  });
  const inboxes = members
    .slice(0, job.inboxes)
    .map((member) =>
      openInbox(endpoint, member.token, (head) => window.isOpen && told.add(performance.now() - sentAt[head - 1]!)),
    );
  await tellAndWait({ type: 'ready' });

  const say = async (number: number): Promise<void> => {
    const id = `tick-${String(number).padStart(digits, '0')}`;
    const at = performance.now();
    await request(endpoint, members[number % members.length]!.token, 'POST', messagesPath(room), { id, text });
    answered++;
    if (window.isOpen) answers.add(performance.now() - at);
  };
  const talking = sayAtRate(job.messagesPerSecond, sentAt, say, () => stopped, lags);
  await wait(job.warmUpMs);
  const answeredBefore = answered;
  await measureDuring(window, () => wait(job.measureMs));
  const updates = answered - answeredBefore;
  stopped = true;
  await talking;
  const drained = await waitUntil(() => members.every(({ has }) => has.size === sentAt.length), drainMs);
  const page = (await request(endpoint, members[0]!.token, 'GET', messagesPath(room))) as LogPage;
  for (const { socket } of members) socket?.socket.close();
  for (const socket of inboxes) socket.close();
  return {
    ...nothingMeasured,
    windowMs: window.windowMs,
    generatorCpuMs: window.generatorCpuMs,
    updates,
    deliveries: arrived,
    deliveredBytes: bytesArrived,
    ack: answers.summary(),
    delivery: deliveries.summary(),
    timed: job.inboxes === 0 ? {} : { inbox: told.summary() },
    lagP99Ms: lags.summary().p99Ms,
    drained,
    verified: page.head === sentAt.length,
  };
}

/** Listens to what is new for somebody; `onHead` hears of the last message that it counts. */
function openInbox(endpoint: Endpoint, token: string, onHead: (head: number) => void): RawWebSocket {
  const socket = openRawWebSocket(endpoint.port, `/api/v1/realtime/ws?token=${token}`, {
    onOpen: () => socket.sendText(JSON.stringify({ action: 'inbox', id: 'inbox' })),
    onMessage(bytes, start, end) {
      const head = /"head":(\d+)/.exec(bytes.toString('utf8', start, end))?.[1];
      if (head !== undefined && head !== '0') onHead(Number(head));
    },
    onClose(reason) {
      throw new Error(`The server closed an inbox (${reason})`);
    },
  });
  return socket;
}

/** Open loop: whatever is due is said. Resolves once it is stopped and all is answered. */
async function sayAtRate(
  perSecond: number,
  sentAt: number[],
  say: (number: number) => Promise<void>,
  isStopped: () => boolean,
  lags: { add(ms: number): void },
): Promise<void> {
  const startedAt = performance.now();
  const saying = new Set<Promise<void>>();
  while (!isStopped()) {
    for (;;) {
      const now = performance.now();
      const lateMs = now - startedAt - (sentAt.length * 1000) / perSecond;
      if (lateMs < 0) break;
      lags.add(lateMs);
      const said = say(sentAt.push(now) - 1).then(() => void saying.delete(said));
      saying.add(said);
    }
    await wait(1);
  }
  await Promise.all(saying);
}
