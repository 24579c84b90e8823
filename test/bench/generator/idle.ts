import { documentName, openEditor, openMany, waitUntil, type Editor } from './editor.ts';
import type { IdleJob, JobResult } from './jobs.ts';
import { tellAndWait } from './parent.ts';
import { nothingMeasured } from './result.ts';
import { createTypist } from './typist.ts';
import { wires } from './wire.ts';

const clientIdBase = 0x20000000;
const charactersEach = 20;

/**
 * Opens documents with one client each, types a few characters into each and then does nothing. The parent
 * measures the server's memory after some documents (`start`) and after all of them (`end`).
 */
export async function runIdle(job: IdleJob): Promise<JobResult> {
  await tellAndWait({ type: 'ready' });
  const early = await openIdle(job, 0, job.warmUpDocuments);
  await tellAndWait({ type: 'mark', name: 'start' });
  const late = await openIdle(job, job.warmUpDocuments, job.documents);
  await tellAndWait({ type: 'mark', name: 'end' });
  for (const editor of [...early, ...late]) editor.socket.close();
  return { ...nothingMeasured, drained: true };
}

async function openIdle(job: IdleJob, from: number, count: number): Promise<Editor[]> {
  const wire = wires[job.endpoint.wire];
  let unacked = 0;
  const editors = await openMany(count, async (i) => {
    const name = documentName(job, from + i);
    const editor = await openEditor(job.endpoint, name, `user${from + i}`, {
      onFrame(frame) {
        if (frame.kind === (wire.acks ? 'ack' : 'update')) unacked--;
      },
    });
    const typist = createTypist(clientIdBase + from + i, wire.updateHead(name));
    for (let c = 0; c < charactersEach; c++) {
      unacked++;
      editor.socket.send(typist.next());
    }
    return editor;
  });
  // Echoes may be joined, so that fewer of them come; then the deadline ends the wait.
  await waitUntil(() => unacked <= 0, 5000);
  return editors;
}
