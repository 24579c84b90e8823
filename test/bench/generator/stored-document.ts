import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { documentName, openEditor, openMany, waitUntil } from './editor.ts';
import type { ColdLoadJob, JobResult, StoreSessionJob } from './jobs.ts';
import { tellAndWait } from './parent.ts';
import { nothingMeasured } from './result.ts';
import { readSession } from './session.ts';
import { wires } from './wire.ts';
import * as encoding from 'lib0/encoding';

const inFlightMax = 500;
const user = 'author';

/** Types a whole session into document 0, edit by edit, and resolves when the last one is acknowledged. */
export async function runStoreSession(job: StoreSessionJob): Promise<JobResult> {
  const wire = wires[job.endpoint.wire];
  const name = documentName(job, 0);
  const head = wire.updateHead(name);
  let sent = 0;
  let acked = 0;
  let onAck = (): void => {};
  const editor = await openEditor(job.endpoint, name, user, {
    onFrame(frame) {
      if (frame.kind !== 'ack') return;
      acked++;
      onAck();
    },
  });
  await tellAndWait({ type: 'ready' });
  const startedAt = performance.now();
  for (const update of readSession(job.sessionFile)) {
    const encoder = encoding.createEncoder();
    encoding.writeUint8Array(encoder, head);
    encoding.writeVarUint8Array(encoder, update);
    editor.socket.send(encoding.toUint8Array(encoder));
    if (++sent - acked >= inFlightMax) await new Promise<void>((resolve) => void (onAck = resolve));
  }
  const drained = await waitUntil(() => acked === sent, 30_000);
  editor.socket.close();
  return { ...nothingMeasured, updates: acked, windowMs: performance.now() - startedAt, drained };
}

/** Connects to document 0 of a server that was just started, and times the way to its SyncStep2. */
export async function runColdLoad(job: ColdLoadJob): Promise<JobResult> {
  // The handshake's code is warm, as it is on a server that has other visitors; the document's is not.
  await openMany(10, async (index) => {
    const editor = await openEditor(job.endpoint, documentName(job, index + 1), `visitor${index}`, { onFrame() {} });
    editor.socket.close();
  });
  await wait(300);
  await tellAndWait({ type: 'ready' });
  await tellAndWait({ type: 'mark', name: 'start' });
  let answer: Uint8Array = new Uint8Array();
  const startedAt = performance.now();
  let syncMs = 0;
  const editor = await openEditor(job.endpoint, documentName(job, 0), user, {
    onFrame() {},
    onSynced(bytes, frame) {
      syncMs = performance.now() - startedAt;
      answer = Uint8Array.from(bytes.subarray(frame.start, frame.end));
    },
  });
  await tellAndWait({ type: 'mark', name: 'end' });
  editor.socket.close();
  writeFileSync(job.answerFile, answer);
  return { ...nothingMeasured, syncMs };
}
