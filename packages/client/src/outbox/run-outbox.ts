import { ConcordError } from '@concord/protocol';
import { createBackoff } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { createListeners } from '../live.ts';
import type { KeptCommand, KeptCommands } from './kept-commands.ts';

export interface OutboxParts {
  readonly kept: KeptCommands;
  readonly clock: Clock;
  /** Resolves once the server has carried it out, with what it says; throws its refusal. */
  readonly carryOut: (command: KeptCommand, signal: AbortSignal) => Promise<unknown>;
  /** It is carried out, and not gone from what is kept yet. */
  readonly onCarriedOut: (command: KeptCommand, answer: unknown) => void;
  /** The network is back: what waits for its turn may try now. */
  readonly onWake: (listener: () => void) => () => void;
}

/** A request that takes longer is taken for lost. A body of the size that is let in takes a slow line a minute and more. */
const requestMs = 120_000;
/** A log that takes one entry in a while is tried again after this, where the server does not say when. */
const slowModeMs = 2_000;
/** Whoever leads the log may have shortened the pause meanwhile. */
const longestPauseMs = 60_000;

/**
 * Carries out commands, one at a time and in order, until `signal` aborts. For one tab at a time.
 *
 * A refusal holds back the record's later commands alone, and where it is about an entry of a log, none; without an answer
 * all wait. What the storage cannot write is as if there was no answer: the command is sent again.
 */
export async function runOutbox(
  { kept, clock, carryOut, onCarriedOut, onWake }: OutboxParts,
  signal: AbortSignal,
): Promise<void> {
  const backoff = createBackoff({ firstMs: 500, maxMs: 30_000, random: () => clock.random() });
  const changes = createBell(kept.onChange);
  const wakes = createBell(onWake);
  const stop = createListeners();
  signal.addEventListener('abort', stop.call, { once: true });
  /** Logs that are in slow mode, and when each is tried again. */
  const paused = new Map<string, number>();

  async function attempt(command: KeptCommand): Promise<unknown> {
    const timeout = new AbortController();
    const cancel = clock.after(requestMs, () => timeout.abort());
    try {
      return await carryOut(command, AbortSignal.any([signal, timeout.signal]));
    } finally {
      cancel();
    }
  }

  async function step(): Promise<void> {
    // Before it looks: a change after that must not be slept through.
    changes.reset();
    const now = clock.now();
    for (const [log, until] of paused) if (until <= now) paused.delete(log);
    const next = nextOf(await kept.list(), paused);
    if (next === undefined) {
      const pause: Subscribe = (done) => clock.after(Math.min(...paused.values()) - now, done);
      if (!signal.aborted) await changes.wait([stop.add, ...(paused.size > 0 ? [pause] : [])]);
      return;
    }
    if (!next.mayBeSent) await kept.put({ ...next, mayBeSent: true });
    try {
      const answer = await attempt(next);
      onCarriedOut(next, answer);
      await kept.remove(next);
    } catch (error) {
      if (error instanceof ConcordError && error.code === 'slow_mode') {
        paused.set(placeOf(next), clock.now() + pauseMs(error));
        return;
      }
      if (!(error instanceof ConcordError) || error.entry.retry !== 'never') throw error;
      // What somebody has read of what is not theirs to read any more is nothing to tell them.
      if (next.operation === 'read') return await kept.remove(next);
      const { code, message, field } = error;
      await kept.put({
        ...next,
        mayBeSent: true,
        state: 'failed',
        error: { code, message, ...(field === undefined ? {} : { field }) },
      });
    }
    backoff.reset();
  }

  while (!signal.aborted) {
    wakes.reset();
    try {
      await step();
    } catch {
      if (!signal.aborted) await wakes.wait([stop.add, (done) => clock.after(backoff.next(), done)]);
    }
  }
  changes.remove();
  wakes.remove();
}

function pauseMs({ retryAfter }: ConcordError): number {
  return retryAfter === undefined ? slowModeMs : Math.min(retryAfter * 1000, longestPauseMs);
}

/** The first that waits for no other of its record, and for no pause of its log. */
function nextOf(commands: readonly KeptCommand[], paused: ReadonlyMap<string, number>): KeptCommand | undefined {
  const held = new Set<string>();
  for (const command of commands) {
    const record = `${command.collection}/${command.record}`;
    const isFree = !held.has(record) && !paused.has(placeOf(command));
    if (command.state === 'waiting' && isFree) return command;
    if (command.log === undefined) held.add(record);
  }
  return undefined;
}

/** The record, or the log, that a command is about. */
function placeOf({ collection, record, log }: KeptCommand): string {
  return [collection, record, ...(log === undefined ? [] : [log])].join('/');
}

type Subscribe = (listener: () => void) => () => void;

/** Remembers that something has happened until somebody waits for it. */
interface Bell {
  reset(): void;
  /** Resolves once it has happened since the reset, or one of `others` calls. */
  wait(others: readonly Subscribe[]): Promise<void>;
  remove(): void;
}

function createBell(subscribe: Subscribe): Bell {
  let hasRung = false;
  const listeners = createListeners();
  const remove = subscribe(() => {
    hasRung = true;
    listeners.call();
  });
  return {
    reset() {
      hasRung = false;
    },
    async wait(others) {
      if (hasRung) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const stops = [listeners.add, ...others].map((add) => add(resolve));
      await promise;
      for (const stop of stops) stop();
    },
    remove,
  };
}
