import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createEventStream, type EventStream, type EventStreamOptions } from './event-stream.ts';

class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeSource[] = [];
  readonly url: string;
  readyState = 0;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.opened.push(this);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }

  say(type: string, lastEventId = '', data = '{}'): void {
    this.dispatchEvent(Object.assign(new Event(type), { lastEventId, data }));
  }

  refuse(): void {
    this.close();
    this.say('error');
  }
}

interface Harness {
  readonly stream: EventStream;
  readonly log: string[];
  mayResume: boolean | 'unreachable';
  last(): FakeSource;
}

function open(): Harness {
  const log: string[] = [];
  const options: EventStreamOptions = {
    url: (cursor) => `/changes?since=${cursor}`,
    mayResume: (cursor) => {
      log.push(`asked ${cursor}`);
      return harness.mayResume === 'unreachable' ? Promise.reject(new Error('unreachable')) : Promise.resolve(harness.mayResume);
    },
    onEvent: (event) => log.push(`event ${event.id}`),
    onReset: () => log.push('reset'),
    onExpired: () => log.push('expired'),
    onStatus: (status) => log.push(status),
  };
  const harness: Harness = {
    stream: createEventStream(options),
    log,
    mayResume: true,
    last: () => FakeSource.opened.at(-1) as FakeSource,
  };
  harness.stream.start('c1');
  return harness;
}

beforeEach(() => {
  FakeSource.opened = [];
  vi.stubGlobal('EventSource', FakeSource);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('hands on events, and is live from the opening on', () => {
  const { log, last } = open();
  last().say('open');
  last().say('message', 'c2', '{"id":"evt_1"}');
  expect(log).toEqual(['connecting', 'live', 'event evt_1']);
  expect(last().url).toBe('/changes?since=c1');
});

it('leaves a retry to the browser where the browser retries', () => {
  const { log, last } = open();
  last().say('open');
  last().say('error');
  expect(log).toEqual(['connecting', 'live', 'waiting']);
  expect(FakeSource.opened).toHaveLength(1);
});

it('asks before it opens a refused stream again, and resumes from the last cursor, heartbeats included', async () => {
  const { log, last } = open();
  last().say('open');
  last().say('message', 'c2', '{"id":"evt_1"}');
  last().say('heartbeat', 'c3');
  last().refuse();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(log.slice(3)).toEqual(['waiting', 'asked c3']);
  expect(last().url).toBe('/changes?since=c3');
});

it('keeps trying while the server cannot be reached', async () => {
  const harness = open();
  harness.mayResume = 'unreachable';
  harness.last().refuse();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(harness.log.filter((line) => line === 'asked c1').length).toBeGreaterThan(5);
  expect(FakeSource.opened).toHaveLength(1);
  harness.mayResume = true;
  // The next try comes within 30 seconds, at random; in small steps, so that its stream is not given up as well.
  for (let second = 0; second < 30 && FakeSource.opened.length < 2; second++) await vi.advanceTimersByTimeAsync(1_000);
  expect(FakeSource.opened).toHaveLength(2);
});

it('gives up a stream that does not begin', async () => {
  const { log, last } = open();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(log).toEqual(['connecting', 'waiting', 'asked c1']);
  last().say('open');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(FakeSource.opened).toHaveLength(2);
});

it('takes a silent stream for dead', async () => {
  const { last } = open();
  last().say('open');
  await vi.advanceTimersByTimeAsync(30_000);
  last().say('heartbeat', 'c2');
  await vi.advanceTimersByTimeAsync(44_000);
  expect(FakeSource.opened).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(FakeSource.opened).toHaveLength(2);
  expect(last().url).toBe('/changes?since=c2');
});

it.each(['reset', 'expired'])('stops at %s, and says so', async (end) => {
  const { stream, log, last } = open();
  last().say('open');
  last().say(end, 'c9');
  await vi.advanceTimersByTimeAsync(120_000);
  stream.nudge();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(log).toEqual(['connecting', 'live', end]);
  expect(last().readyState).toBe(FakeSource.CLOSED);
});

it('does nothing more once it is closed, not even with an answer that is still to come', async () => {
  const { stream, last } = open();
  last().refuse();
  await vi.advanceTimersByTimeAsync(400);
  stream.close();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(FakeSource.opened).toHaveLength(1);
});
