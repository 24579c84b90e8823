import { runFanOut } from './fan-out.ts';
import { runFillRooms } from './fill-rooms.ts';
import { runIdle } from './idle.ts';
import type { Job, JobResult, ToGenerator } from './jobs.ts';
import { runLatency } from './latency.ts';
import { runLoad } from './load.ts';
import { tell } from './parent.ts';
import { runOpenRoom, runWalk } from './open-room.ts';
import { runPresence } from './presence.ts';
import { runResume } from './resume.ts';
import { runRooms } from './rooms.ts';
import { runSearch } from './search.ts';
import { runColdLoad, runStoreSession } from './stored-document.ts';
import { runTalk } from './talk.ts';
import { runWebhooks } from './webhooks.ts';

function run(job: Job): Promise<JobResult> {
  switch (job.kind) {
    case 'load':
      return runLoad(job);
    case 'idle':
      return runIdle(job);
    case 'store-session':
      return runStoreSession(job);
    case 'cold-load':
      return runColdLoad(job);
    case 'fan-out':
      return runFanOut(job);
    case 'resume':
      return runResume(job);
    case 'latency':
      return runLatency(job);
    case 'webhooks':
      return runWebhooks(job);
    case 'talk':
      return runTalk(job);
    case 'fill-rooms':
      return runFillRooms(job);
    case 'open-room':
      return runOpenRoom(job);
    case 'walk':
      return runWalk(job);
    case 'rooms':
      return runRooms(job);
    case 'presence':
      return runPresence(job);
    case 'search':
      return runSearch(job);
  }
}

function fail(error: unknown): void {
  tell({ type: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.disconnect();
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 100);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.once('disconnect', () => process.exit());
process.once('message', (message: ToGenerator) => {
  if (message.type !== 'job') return;
  run(message.job).then((result) => {
    tell({ type: 'done', result });
    process.disconnect();
  }, fail);
});
