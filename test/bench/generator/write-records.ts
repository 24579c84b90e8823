import { setTimeout as wait } from 'node:timers/promises';
import { createLatencies } from '../measure/latencies.ts';
import type { Endpoint } from './jobs.ts';
import { request } from './request.ts';
import { signToken } from './tokens.ts';

/** Creates records over REST, open loop: whatever is due is sent, whether or not anything came back. */
export interface Writer {
  /** When each was sent, by its number. */
  readonly sentAt: readonly number[];
  /** How many were acknowledged. */
  readonly written: number;
  /** How late it sent, p99. */
  lagP99Ms(): number | null;
  /** Resolves once all are acknowledged; rejects if one was refused. */
  stop(): Promise<void>;
}

const maxInFlight = 1000;

export function startWriting(endpoint: Endpoint, perSecond: number): Writer {
  const token = signToken(endpoint.secret ?? '', 'writer');
  const sentAt: number[] = [];
  const lags = createLatencies();
  const inFlight = new Set<Promise<void>>();
  let written = 0;
  let stopped = false;

  const send = (seq: number): void => {
    const sent = request(endpoint, token, 'POST', '/records/ticks', { seq }).then(() => {
      written++;
      inFlight.delete(sent);
    });
    inFlight.add(sent);
  };
  const running = (async () => {
    const startedAt = performance.now();
    while (!stopped) {
      for (;;) {
        const now = performance.now();
        const lateMs = now - startedAt - (sentAt.length * 1000) / perSecond;
        if (lateMs < 0) break;
        if (inFlight.size >= maxInFlight) throw new Error(`The server left ${maxInFlight} writes unanswered`);
        lags.add(lateMs);
        send(sentAt.push(now) - 1);
      }
      await wait(1);
    }
    await Promise.all(inFlight);
  })();
  return {
    sentAt,
    get written() {
      return written;
    },
    lagP99Ms: () => lags.summary().p99Ms,
    stop() {
      stopped = true;
      return running;
    },
  };
}

const batchRecords = 100;

/** Creates records numbered from `first` on, many by one request. */
export async function writeMany(endpoint: Endpoint, first: number, count: number): Promise<void> {
  const token = signToken(endpoint.secret ?? '', 'writer');
  for (let from = 0; from < count; from += batchRecords) {
    const records = Array.from({ length: Math.min(batchRecords, count - from) }, (_, i) => ({ seq: first + from + i }));
    await request(endpoint, token, 'POST', '/records/ticks/batch', { records });
  }
}
