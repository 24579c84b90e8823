import { ConcordError } from '@concord/protocol';
import { createBackoff } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { createListeners } from '../live.ts';
import type { KeptCommand, KeptCommands } from './kept-commands.ts';

export interface OutboxParts {
  readonly kept: KeptCommands;
  readonly clock: Clock;
  /** Resolves once the server has carried it out; throws its refusal. */
  readonly carryOut: (command: KeptCommand, signal: AbortSignal) => Promise<void>;
  /** The network is back: what waits for its turn may try now. */
  readonly onWake: (listener: () => void) => () => void;
}

/** A request that takes longer is taken for lost. A body of the size that is let in takes a slow line a minute and more. */
const requestMs = 120_000;

/**
 * Carries out commands, one at a time and in order, until `signal` aborts. For one tab at a time.
 *
 * A refusal holds back the record's later commands alone; without an answer all wait. What the storage cannot write is as if
 * there was no answer: the command is sent again.
 */
export async function runOutbox({ kept, clock, carryOut, onWake }: OutboxParts, signal: AbortSignal): Promise<void> {
  const backoff = createBackoff({ firstMs: 500, maxMs: 30_000, random: () => clock.random() });
  const changes = createBell(kept.onChange);
  const wakes = createBell(onWake);
  const stop = createListeners();
  signal.addEventListener('abort', stop.call, { once: true });

  async function attempt(command: KeptCommand): Promise<void> {
    const timeout = new AbortController();
    const cancel = clock.after(requestMs, () => timeout.abort());
    try {
      await carryOut(command, AbortSignal.any([signal, timeout.signal]));
    } finally {
      cancel();
    }
  }

  async function step(): Promise<void> {
    // Before it looks: a change after that must not be slept through.
    changes.reset();
    const next = nextOf(await kept.list());
    if (next === undefined) {
      if (!signal.aborted) await changes.wait([stop.add]);
      return;
    }
    if (!next.mayBeSent) await kept.put({ ...next, mayBeSent: true });
    try {
      await attempt(next);
      await kept.remove(next);
    } catch (error) {
      if (!(error instanceof ConcordError) || error.entry.retry !== 'never') throw error;
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

/** The first that waits for no other of its record. */
function nextOf(commands: readonly KeptCommand[]): KeptCommand | undefined {
  const held = new Set<string>();
  for (const command of commands) {
    const record = `${command.collection}/${command.record}`;
    if (command.state === 'waiting' && !held.has(record)) return command;
    held.add(record);
  }
  return undefined;
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
