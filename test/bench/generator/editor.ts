import { setTimeout as wait } from 'node:timers/promises';
import type { Endpoint } from './jobs.ts';
import { openRawWebSocket, type RawWebSocket } from './raw-web-socket.ts';
import { signToken } from './tokens.ts';
import { wires, type Frame } from './wire.ts';

export interface EditorEvents {
  /** Every message, once the first sync is done. `frame` is shared and used again. */
  onFrame(frame: Frame, bytes: Buffer): void;
  /** The answer to the first SyncStep1. */
  onSynced?(bytes: Buffer, frame: Frame): void;
}

export interface Editor {
  readonly socket: RawWebSocket;
  readonly document: string;
}

const frame: Frame = { kind: 'other', start: 0, end: 0 };

/** Connects one client to one document and resolves when its first sync is answered. */
export function openEditor(endpoint: Endpoint, documentName: string, user: string, events: EditorEvents): Promise<Editor> {
  const wire = wires[endpoint.wire];
  const token = endpoint.secret === null ? 'none' : signToken(endpoint.secret, user);
  return new Promise((resolve, reject) => {
    let synced = false;
    const fail = (reason: string): void => {
      const error = new Error(`${documentName}: ${reason}`);
      if (!synced) return reject(error);
      throw error;
    };
    const socket = openRawWebSocket(endpoint.port, endpoint.basePath + wire.path(documentName) || '/', {
      onOpen() {
        for (const message of wire.hello(documentName, token)) socket.send(message);
      },
      onMessage(bytes, start, end) {
        wire.read(bytes, start, end, frame);
        if (frame.kind === 'refused') fail(`refused by the server: ${bytes.toString('latin1', frame.start, frame.end)}`);
        if (synced) events.onFrame(frame, bytes);
        else if (frame.kind === 'step2') {
          synced = true;
          events.onSynced?.(bytes, frame);
          resolve({ socket, document: documentName });
        }
      },
      onClose: (reason) => fail(`the server closed the socket (${reason})`),
    });
  });
}

/** Runs `open` for 0 … count-1, a few at a time: a thundering herd is not what is measured. */
export async function openMany<T>(count: number, open: (index: number) => Promise<T>): Promise<T[]> {
  const opened: T[] = [];
  const atOnce = 20;
  for (let from = 0; from < count; from += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, count - from) }, (_, i) => open(from + i));
    opened.push(...(await Promise.all(batch)));
  }
  return opened;
}

export function documentName(job: { readonly endpoint: Endpoint }, index: number): string {
  return `${job.endpoint.documentPrefix}${index}`;
}

/** Whether the condition came true in time. */
export async function waitUntil(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await wait(20);
  }
  return true;
}
