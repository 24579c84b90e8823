import { ConcordError } from '@concord/protocol';
import { createListeners } from '../live.ts';
import type { Tabs } from '../storage.ts';
import { carryOut } from './carry-out.ts';
import { checkCommand } from './check-command.ts';
import type { CommandsParts, Waiter } from './create-commands.ts';
import { commandName, createKeptCommands, type KeptCommand, type KeptCommands } from './kept-commands.ts';
import { runOutbox } from './run-outbox.ts';

/** The outbox of one person, once it is known whose it is. */
export interface Outbox {
  /** What is kept, in order, as this tab last saw it. */
  readonly kept: readonly KeptCommand[];
  /** Throws `invalid_name` and `invalid_record`. */
  check(command: KeptCommand): void;
  /** Resolves when the command is kept here. `waiter` hears how it ends. */
  add(command: KeptCommand, waiter: Waiter): Promise<void>;
  retry(id: string): Promise<void>;
  discard(id: string): Promise<void>;
  close(): void;
}

/** Stands in front of the id of a command that some tab has given up. */
const discarded = 'outbox-discarded/';
const woken = 'outbox-wake';

/**
 * Opens the outbox that all tabs share. Each keeps its commands in the storage; one of them, which has the lock `outbox`,
 * carries them out. Where that one is killed, the next sends again what it was about, and the server tells the repetition by
 * the record.
 */
export async function openOutbox(
  parts: CommandsParts,
  onChange: (kept: readonly KeptCommand[]) => void,
  onCarriedOut: (command: KeptCommand, answer: unknown) => void,
): Promise<Outbox> {
  const { storage, tabs } = await parts.prepare();
  const kept = createKeptCommands(storage, tabs);
  const waiters = new Map<string, Waiter>();
  const end = new AbortController();
  let there: readonly KeptCommand[] = [];
  let lastAt = 0;

  /** Looks at what there is now, and tells those whose command has come to an end. */
  async function refresh(): Promise<void> {
    const now = await kept.list();
    // A storage that is closed has nothing: that is no news of what was kept there.
    if (end.signal.aborted) return;
    there = now;
    onChange(there);
    lastAt = there.reduce((last, { at }) => Math.max(last, at), lastAt);
    const byId = new Map(there.map((command) => [command.id, command]));
    for (const [id, { resolve, reject }] of waiters) {
      const command = byId.get(id);
      if (command?.state === 'waiting') continue;
      waiters.delete(id);
      if (command?.error === undefined) resolve();
      else reject(new ConcordError(command.error.code, command.error));
    }
  }

  /** What cannot be read now is looked at with the next change. */
  function refreshQuietly(): Promise<void> {
    return refresh().catch(() => undefined);
  }

  /** Another tab, or this one, has given a command up. */
  function give(id: string): void {
    waiters.get(id)?.reject(new DOMException('The command was given up.', 'AbortError'));
    waiters.delete(id);
  }

  /** Does something with a command that has failed, if it still has: two tabs may be asked at once. */
  async function withFailed(
    id: string,
    work: (command: KeptCommand, kept: KeptCommands, tabs: Tabs) => Promise<void>,
  ): Promise<void> {
    await tabs.alone(
      'outbox-failed',
      async () => {
        const command = (await kept.list()).find((one) => one.id === id && one.state === 'failed');
        if (command !== undefined) await work(command, kept, tabs);
      },
      end.signal,
    );
  }

  // Where this fails, nothing has begun that a second opening would double.
  await refresh();
  const wakes = createListeners();
  const stops = [
    kept.onChange(() => void refreshQuietly()),
    tabs.onNotified((name) => {
      if (name === woken) wakes.call();
      if (name.startsWith(discarded)) give(name.slice(discarded.length));
    }),
    // The one that carries them out may be in the background, where nothing wakes it.
    parts.wake.onWake(() => tabs.notify(woken)),
    parts.ways.status.subscribe(() => {
      if (parts.ways.status.get().phase === 'live') tabs.notify(woken);
    }),
  ];
  // For what has changed before it was listened to.
  await refreshQuietly();
  const run = (signal: AbortSignal): Promise<void> =>
    runOutbox(
      {
        kept,
        clock: parts.clock,
        onWake: wakes.add,
        onCarriedOut,
        carryOut: (command, until) => carryOut(command, parts.http, parts.schema.me.get()?.id, until),
      },
      signal,
    );
  void tabs.alone('outbox', run, end.signal);

  const check = (command: KeptCommand): void => checkCommand(parts.schema.schema.get(), command);
  return {
    get kept() {
      return there;
    },
    check,
    async add(command, waiter) {
      check(command);
      const at = (lastAt = Math.max(parts.clock.now(), lastAt + 1));
      // Only how far somebody has come counts, not how.
      const before = there.filter((one) => command.operation === 'read' && isSameReading(one, command));
      for (const one of before) await kept.remove(one);
      await kept.put({ ...command, at, name: commandName(at, command.id) });
      waiters.set(command.id, waiter);
      // It may have been carried out already, by another tab.
      await refreshQuietly();
    },
    retry: (id) =>
      withFailed(id, async ({ error: _refused, ...command }) => {
        await kept.put({ ...command, state: 'waiting' });
      }),
    discard: (id) =>
      withFailed(id, async (command) => {
        tabs.notify(discarded + id);
        await kept.remove(command);
      }),
    close() {
      for (const stop of stops) stop();
      end.abort();
    },
  };
}

function isSameReading(a: KeptCommand, b: KeptCommand): boolean {
  const place = ({ operation, collection, record, log, body }: KeptCommand): string =>
    JSON.stringify([operation, collection, record, log, body?.['thread']]);
  return place(a) === place(b);
}
