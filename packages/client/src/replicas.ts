import { ConcordError } from '@concord/protocol';
import type { Clock } from './clock.ts';
import { Replica, type ReplicaParts } from './replica.ts';

/** A replica that stays open until its `release`. */
export interface HeldReplica {
  readonly replica: Replica;
  release(): void;
  /** Closes it at once, whoever else has it open, and forgets it, with what is unsaved. */
  discard(): Promise<void>;
}

/** The open documents, one replica of each, however many have use for it. */
export interface Replicas {
  open(name: string): HeldReplica;
  /** All that are open. */
  all(): Iterable<Replica>;
  /**
   * Has the document open until the server has all that is unsaved in it. Rejects where the server does not take it, and it
   * stays unsaved.
   */
  save(name: string): Promise<void>;
  /** Resolves once the server has all that those have said that are connected, or after `maxMs`. */
  settled(maxMs: number): Promise<void>;
  /** Closes all, whatever is unsaved: the storage has it. */
  close(): void;
}

/**
 * A document that nobody has use for is closed after this long: who turns back a page finds it as it was. With unsaved edits
 * it stays until the server has them.
 */
const lingerMs = 1_000;

interface Entry {
  readonly replica: Replica;
  uses: number;
  cancelClose: () => void;
}

/**
 * @param carry connects a replica to the server
 * @param onOpened hears of each, before anything is in it
 */
export function createReplicas(
  parts: Omit<ReplicaParts, 'name'>,
  clock: Clock,
  carry: (replica: Replica) => void,
  onOpened: (replica: Replica) => void,
): Replicas {
  const entries = new Map<string, Entry>();

  function close(entry: Entry): void {
    entry.cancelClose();
    entries.delete(entry.replica.name);
    entry.replica.close();
  }

  function closeIfUnused(entry: Entry): void {
    const { unsaved, phase } = entry.replica.state.get();
    if (entry.uses === 0 && (unsaved === 0 || phase === 'ended')) close(entry);
  }

  function create(name: string): Entry {
    const replica = new Replica({ ...parts, name });
    const entry: Entry = { replica, uses: 0, cancelClose: () => undefined };
    entries.set(name, entry);
    onOpened(replica);
    // First what is kept here, so that the handshake tells of it and all of it counts as unsaved.
    void replica.loaded.then(() => {
      if (entries.get(name) === entry) carry(replica);
    });
    return entry;
  }

  // A tab that has the same document open may be gone, and what it had not saved is ours to send.
  parts.tabs?.onReleased((document) => {
    for (const { replica } of entries.values()) if (document === undefined || document === replica.name) void takeOver(replica);
  });

  function open(name: string): HeldReplica {
    const kept = entries.get(name);
    // The server has ended it, and may let it be opened by now.
    if (kept !== undefined && kept.uses === 0 && kept.replica.state.get().phase === 'ended') close(kept);
    const entry = entries.get(name) ?? create(name);
    entry.uses++;
    entry.cancelClose();
    let isReleased = false;
    return {
      replica: entry.replica,
      release() {
        if (isReleased) return;
        isReleased = true;
        entry.uses--;
        if (entry.uses > 0 || entries.get(name) !== entry) return;
        entry.cancelClose = clock.after(lingerMs, () => {
          const stop = entry.replica.state.subscribe(() => closeIfUnused(entry));
          entry.cancelClose = stop;
          closeIfUnused(entry);
        });
      },
      async discard() {
        if (entries.get(name) === entry) close(entry);
        await entry.replica.forget();
      },
    };
  }

  return {
    open,
    async save(name) {
      const { replica, release } = open(name);
      try {
        await replica.loaded;
        await isSaved(replica);
      } finally {
        release();
      }
    },
    all: () => [...entries.values()].map(({ replica }) => replica),
    async settled(maxMs) {
      const waiting = [...entries.values()].filter(({ replica }) => replica.state.get().phase === 'live');
      const saving = Promise.allSettled(waiting.map(({ replica }) => isSaved(replica)));
      await Promise.race([saving, new Promise<void>((resolve) => clock.after(maxMs, resolve))]);
    },
    close() {
      for (const entry of Array.from(entries.values())) close(entry);
    },
  };
}

async function takeOver(replica: Replica): Promise<void> {
  const { phase } = replica.state.get();
  if ((await replica.adopt()) && phase !== 'ended') replica.restart();
}

/** Resolves once nothing is unsaved; rejects where the server does not take it. */
function isSaved({ state }: Replica): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = state.subscribe(look);
    function look(): void {
      const { unsaved, error, refusal } = state.get();
      if (unsaved > 0 && error === undefined && refusal === undefined) return;
      stop();
      if (unsaved === 0) resolve();
      else reject(error ?? new ConcordError(refusal ?? 'forbidden'));
    }
    look();
  });
}
