import { setTimeout as wait } from 'node:timers/promises';
import { Doc, applyUpdate } from 'yjs';
import { createLatencies } from '../measure/latencies.ts';
import { documentName, openEditor, openMany, waitUntil, type Editor } from './editor.ts';
import type { JobResult, LoadJob } from './jobs.ts';
import { createWindow, measureDuring } from './measured-window.ts';
import { tellAndWait } from './parent.ts';
import { nothingMeasured } from './result.ts';
import { createTypist, type Typist } from './typist.ts';
import { readUpdateRanges } from './update-ranges.ts';
import { wires, type Frame } from './wire.ts';

interface Client {
  readonly typist: Typist;
  /** When clock n was sent, at n modulo the length. */
  readonly sentAt: Float64Array;
  acked: number;
  /** Reads the updates of others, to measure delivery. */
  readonly observer: boolean;
  /** How much of what others typed into its document this observer was sent. */
  received: number;
  readonly document: number;
  editor: Editor | null;
}

const inFlightMax = 4096;
const drainMs = 5000;
const clientIdBase = 0x10000000;
/** Where more than this many edit one document, only so many of them read what they are sent. */
const observersPerDocument = 2;

/** Many clients type; measures from send to ack, and from send to arrival at someone else. */
export async function runLoad(job: LoadJob): Promise<JobResult> {
  const wire = wires[job.endpoint.wire];
  const total = job.documents * job.clientsPerDocument;
  const closedLoop = job.updatesPerSecond === null;
  const ackLatencies = createLatencies();
  const deliveryLatencies = createLatencies();
  const lags = createLatencies();
  const window = createWindow();
  let stopped = false;
  let updates = 0;
  let messages = 0;

  const clients = Array.from({ length: total }, (_, index): Client => {
    const document = index % job.documents;
    return {
      typist: createTypist(clientIdBase + index, wire.updateHead(documentName(job, document))),
      sentAt: new Float64Array(inFlightMax),
      acked: 0,
      observer: job.clientsPerDocument > 1 && Math.floor(index / job.documents) < observersPerDocument,
      received: 0,
      document,
      editor: null,
    };
  });

  const send = (client: Client): void => {
    client.sentAt[client.typist.typed % inFlightMax] = performance.now();
    client.editor!.socket.send(client.typist.next());
  };

  const onAck = (client: Client, upTo: number): void => {
    const now = performance.now();
    for (; client.acked < upTo; client.acked++) {
      if (!window.isOpen) continue;
      updates++;
      ackLatencies.add(now - client.sentAt[client.acked % inFlightMax]!);
    }
    if (closedLoop && !stopped && client.acked === client.typist.typed) send(client);
  };

  const onUpdate = (client: Client, frame: Frame, bytes: Buffer): void => {
    readUpdateRanges(bytes, frame.start, frame.end, (clientId, from, to) => {
      const sender = clients[clientId - clientIdBase];
      if (sender === undefined) return;
      if (sender === client) {
        if (!wire.acks) onAck(client, to);
        return;
      }
      if (!client.observer) return;
      client.received += to - from;
      if (!window.isOpen) return;
      const now = performance.now();
      for (let clock = from; clock < to; clock++) deliveryLatencies.add(now - sender.sentAt[clock % inFlightMax]!);
    });
  };

  await openMany(total, async (index) => {
    const client = clients[index]!;
    const reads = client.observer || !wire.acks;
    client.editor = await openEditor(job.endpoint, documentName(job, client.document), `user${index}`, {
      onFrame(frame, bytes) {
        if (window.isOpen) messages++;
        if (frame.kind === 'ack') onAck(client, client.acked + 1);
        else if (frame.kind === 'update' && reads) onUpdate(client, frame, bytes);
      },
    });
  });

  await tellAndWait({ type: 'ready' });
  const loop = closedLoop ? clients.forEach(send) : sendAtRate(clients, job.updatesPerSecond, send, () => stopped, lags);
  await wait(job.warmUpMs);

  await measureDuring(window, () => wait(job.measureMs));
  stopped = true;
  await loop;
  const drained = await waitUntil(() => isDrained(clients), drainMs);
  const verified = drained ? await isFirstDocumentWhole(job, clients) : null;
  for (const client of clients) client.editor?.socket.close();
  return {
    ...nothingMeasured,
    windowMs: window.windowMs,
    generatorCpuMs: window.generatorCpuMs,
    updates,
    deliveries: updates * (job.clientsPerDocument - 1),
    messages,
    ack: ackLatencies.summary(),
    delivery: job.clientsPerDocument > 1 ? deliveryLatencies.summary() : null,
    lagP99Ms: closedLoop ? null : lags.summary().p99Ms,
    drained,
    verified,
  };
}

/** Open loop: whatever is due is sent, whether or not anything came back. */
async function sendAtRate(
  clients: readonly Client[],
  perSecond: number,
  send: (client: Client) => void,
  isStopped: () => boolean,
  lags: { add(ms: number): void },
): Promise<void> {
  const startedAt = performance.now();
  for (let sent = 0; !isStopped();) {
    for (;;) {
      const dueAt = startedAt + (sent * 1000) / perSecond;
      const lateMs = performance.now() - dueAt;
      if (lateMs < 0) break;
      lags.add(lateMs);
      const client = clients[sent % clients.length]!;
      // A server that is this far behind is overloaded; the run says so instead of filling the memory.
      if (client.typist.typed - client.acked < inFlightMax) send(client);
      sent++;
    }
    await wait(1);
  }
}

function isDrained(clients: readonly Client[]): boolean {
  const typedInto = new Map<number, number>();
  for (const { document, typist } of clients) typedInto.set(document, (typedInto.get(document) ?? 0) + typist.typed);
  return clients.every(
    (client) =>
      client.acked === client.typist.typed &&
      (!client.observer || client.received === typedInto.get(client.document)! - client.typist.typed),
  );
}

async function isFirstDocumentWhole(job: LoadJob, clients: readonly Client[]): Promise<boolean> {
  const doc = new Doc();
  const late = await openEditor(job.endpoint, documentName(job, 0), 'late', {
    onFrame() {},
    onSynced: (bytes, frame) => applyUpdate(doc, bytes.subarray(frame.start, frame.end)),
  });
  late.socket.close();
  const expected = clients.filter((client) => client.document === 0).reduce((sum, { typist }) => sum + typist.typed, 0);
  return doc.getText('body').length === expected;
}
