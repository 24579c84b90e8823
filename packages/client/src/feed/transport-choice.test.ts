import { describe, expect, it } from 'vitest';
import type { Transport } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { FeedSocket } from '../feed-socket.ts';
import { createCell } from '../live.ts';
import { createTransportChoice } from './transport-choice.ts';

const all: readonly Transport[] = ['websocket', 'sse', 'longpoll', 'poll'];

/** Timers that are due when the test says so, in their order. */
function handClock(): Clock & { advance(ms: number): Promise<void> } {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();
  return {
    now: () => now,
    random: () => 0.5,
    after(ms, task) {
      const timer = { at: now + ms, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at)) {
        timers.delete(timer);
        timer.task();
      }
      // What a probe answers comes a turn later.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

function create(order: readonly Transport[] = all) {
  const clock = handClock();
  const state = createCell<'open' | 'closed' | 'blocked'>('closed');
  const socket: FeedSocket = { state, want: () => () => undefined, send: () => undefined, onMessage: () => () => undefined };
  const probes: ((isThrough: boolean) => void)[] = [];
  const choice = createTransportChoice({
    order,
    socket,
    clock,
    probeStream: () => new Promise((resolve) => probes.push(resolve)),
  });
  return { clock, state, choice, probes };
}

describe('the transports that can be used', () => {
  it('are those that are asked for, in their order, but for what is blocked', () => {
    const { choice, state } = create(['poll', 'websocket', 'sse']);
    expect(choice.usable({})).toEqual(['poll', 'websocket', 'sse']);
    state.set('blocked');
    choice.block(['sse']);
    expect(choice.usable({})).toEqual(['poll']);
    state.set('closed');
    expect(choice.usable({})).toEqual(['poll', 'websocket']);
  });

  it('are tried again, later each time, by one probe for all, while somebody listens', async () => {
    const { choice, clock, probes } = create(['sse', 'poll']);
    let better = 0;
    const stop = choice.onBetter(() => better++);
    choice.block(['sse']);
    choice.block(['sse']);
    await clock.advance(14_000);
    expect(probes).toHaveLength(0);
    await clock.advance(1_000);
    expect(probes).toHaveLength(1);
    probes[0]?.(false);
    await clock.advance(0);
    await clock.advance(29_000);
    expect(probes).toHaveLength(1);
    await clock.advance(1_000);
    expect(probes).toHaveLength(2);
    expect(choice.usable({})).toEqual(['poll']);
    probes[1]?.(true);
    await clock.advance(0);
    expect(better).toBe(1);
    expect(choice.usable({})).toEqual(['sse', 'poll']);
    // It is blocked again: the next probe comes after the longer wait.
    choice.block(['sse']);
    await clock.advance(59_000);
    expect(probes).toHaveLength(2);
    stop();
    await clock.advance(600_000);
    expect(probes).toHaveLength(2);
  });

  it('are tried at once when something may be another', async () => {
    const { choice, clock, probes } = create(['sse', 'longpoll', 'poll']);
    let better = 0;
    choice.onBetter(() => better++);
    choice.block(['sse', 'longpoll']);
    choice.retry();
    expect(choice.usable({})).toEqual(['longpoll', 'poll']);
    probes[0]?.(true);
    await clock.advance(0);
    expect(choice.usable({})).toEqual(['sse', 'longpoll', 'poll']);
    expect(better).toBe(2);
  });

  it('keep two readers at most a request open, where others may poll', () => {
    const { choice } = create(['sse', 'longpoll', 'poll']);
    let better = 0;
    choice.onBetter(() => better++);
    const [a, b, c] = [{}, {}, {}];
    choice.occupy(a, 'sse');
    choice.occupy(b, 'longpoll');
    choice.occupy(c, 'poll');
    expect(choice.usable(a)).toEqual(['sse', 'longpoll', 'poll']);
    expect(choice.usable(c)).toEqual(['poll']);
    choice.occupy(a, undefined);
    expect(better).toBe(1);
    expect(choice.usable(c)).toEqual(['sse', 'longpoll', 'poll']);
    const { choice: streams } = create(['sse']);
    for (const reader of [a, b]) streams.occupy(reader, 'sse');
    expect(streams.usable(c)).toEqual(['sse']);
  });

  it('are told of when the socket opens', () => {
    const { choice, state } = create();
    let better = 0;
    const stop = choice.onBetter(() => better++);
    state.set('blocked');
    state.set('closed');
    expect(better).toBe(0);
    state.set('open');
    expect(better).toBe(1);
    stop();
    state.set('closed');
    state.set('open');
    expect(better).toBe(1);
  });
});
