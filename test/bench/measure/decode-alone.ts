/**
 * Run as a process of its own: `decode-alone.ts FILE`. Decodes a snapshot with Yjs and nothing else, once,
 * as cold as a server is that was just started, and prints `{ wallMs, cpuMs }`.
 */
import { readFileSync } from 'node:fs';
import { Doc, applyUpdate } from 'yjs';

const snapshot = readFileSync(process.argv[2]!);
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
applyUpdate(new Doc(), snapshot);
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));
