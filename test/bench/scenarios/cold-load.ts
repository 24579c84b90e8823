import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Doc, applyUpdate } from 'yjs';
import { runJob } from '../generator/start.ts';
import { writeSession } from '../generator/session.ts';
import { median } from '../measure/latencies.ts';
import { problemsOf, sampleOf } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { measureWindow, withTarget, type Window } from './window.ts';

const edits = 100_000;
const restarts = 3;

export const coldLoad: Scenario = {
  name: 'cold-load',
  group: 'cold-load',
  title: `a document of ${edits.toLocaleString('en')} edits, first opened after a restart: connect to SyncStep2, against Yjs decoding the snapshot`,
  yardstick: 'hocuspocus',
  supports: (target) => target.stores,
  async run(target, options) {
    const sessionFile = join(options.dataDir, 'session');
    const answerFile = join(options.dataDir, 'answer');
    const session = writeSession(sessionFile, edits);
    const stored = await withTarget(target, options, (server) =>
      runJob({ kind: 'store-session', endpoint: { ...target.endpoint, port: server.port }, sessionFile }, async () => {}),
    );
    const problems = problemsOf(stored);

    const loads: Window[] = [];
    const decodes: { wallMs: number; cpuMs: number }[] = [];
    for (let i = 0; i < restarts; i++) {
      decodes.push(decodeAlone(`${sessionFile}.snapshot`));
      loads.push(
        await withTarget(target, options, (server) =>
          measureWindow(
            server,
            { kind: 'cold-load', endpoint: { ...target.endpoint, port: server.port }, answerFile },
            i === restarts - 1 ? options.profileFile : null,
          ),
        ),
      );
      const doc = new Doc();
      applyUpdate(doc, readFileSync(answerFile));
      if (doc.getText('body').length !== session.endLength) problems.push('what was loaded is not what was stored');
    }
    const loadMs = median(loads.map(({ result }) => result.syncMs ?? 0))!;
    const loadCpuMs = median(loads.map(({ serverCpuMs }) => serverCpuMs))!;
    const decodeMs = median(decodes.map(({ wallMs }) => wallMs))!;
    const decodeCpuMs = median(decodes.map(({ cpuMs }) => cpuMs))!;
    const sample = sampleOf(
      {
        storeSeconds: stored.windowMs / 1000,
        loadMs,
        loadCpuMs,
        decodeMs,
        loadToDecode: loadMs / decodeMs,
        loadCpuToDecodeCpu: loadCpuMs / decodeCpuMs,
        rssMb: median(loads.map(({ rssBytes }) => rssBytes))! / 1e6,
      },
      problems,
    );
    return { sample, profile: loads.at(-1)!.profile };
  },
};

function decodeAlone(snapshotFile: string): { wallMs: number; cpuMs: number } {
  const script = fileURLToPath(new URL('../measure/decode-alone.ts', import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [script, snapshotFile], { encoding: 'utf8' })) as {
    wallMs: number;
    cpuMs: number;
  };
}
