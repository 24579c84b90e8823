import { onTestFinished } from 'vitest';
import type { Feed, FeedRequest } from '@concord/client/internals';
import type { Change, ChangeEvent } from '@concord/client';
import { until } from './until.ts';

/** One reader of a feed, and what it has heard. */
export interface FeedLog {
  readonly changes: Change[];
  readonly events: ChangeEvent[];
  readonly ready: string[];
  lost: number;
  readonly refusals: Error[];
  has(count: number): Promise<void>;
  isReady(): Promise<void>;
  stop(): void;
}

export function followFeed(feed: Feed, request: FeedRequest): FeedLog {
  const log: FeedLog = {
    changes: [],
    events: [],
    ready: [],
    lost: 0,
    refusals: [],
    has: async (count) => void (await until(`${count} events`, () => log.events.length >= count)),
    isReady: async () => void (await until('the feed to be ready', () => log.ready.length > 0)),
    stop: () => stop(),
  };
  const stop = feed.follow(request, {
    onReady: (cursor) => log.ready.push(cursor),
    onLost: () => log.lost++,
    onChange(change) {
      log.changes.push(change);
      if (change.type !== 'snapshot' && change.type !== 'reset') log.events.push(change);
    },
    onRefused: (error) => log.refusals.push(error),
  });
  onTestFinished(stop);
  return log;
}
