import type { Store } from '@concord/store';
import type { Clock } from '../../clock.ts';
import type { FileStore } from '../../files/file-store.ts';
import { rowKey } from '../../records/record-row.ts';
import { startRecurring, type Recurring } from '../../recurring.ts';
import { fileKey, fileOwnerKey, loosePrefix } from './file-keys.ts';
import { decodeLooseRow } from './file-rows.ts';

export interface FileSweepOptions {
  readonly store: Store;
  readonly files: FileStore;
  readonly clock: Clock;
}

/** How long a file may wait for its entry. */
const looseMs = 24 * 60 * 60 * 1000;

/** How long bytes may lie there without a row, or unfinished: no upload takes as long. */
const orphanMs = 60 * 60 * 1000;

const leaseName = 'file-sweep';

/**
 * Removes files that no entry has come for within a day, and bytes that nobody needs: of uploads that were cut off, of
 * entries and records that are erased. Does nothing when somebody else is at it.
 */
async function sweepFiles(options: FileSweepOptions, stopped?: AbortSignal): Promise<void> {
  const lease = await options.store.lease(leaseName);
  if (lease === undefined) return;
  try {
    await removeLoose(options, stopped);
    await removeOrphans(options, stopped);
  } finally {
    await lease.release();
  }
}

async function removeLoose({ store, files, clock }: FileSweepOptions, stopped: AbortSignal | undefined): Promise<void> {
  const before = new Date(clock.now() - looseMs).toISOString();
  for await (const [key, bytes] of store.range({ prefix: loosePrefix })) {
    if (stopped?.aborted === true) return;
    const { address, at } = decodeLooseRow(bytes);
    if (at >= before) continue;
    const id = key.slice(key.lastIndexOf('/') + 1);
    // An entry may be taking it.
    const isLoose = await store.lock(rowKey(address), async () => {
      if ((await store.get(key)) === undefined) return false;
      await store.commit([], (tx) => {
        for (const gone of [key, fileKey(address, id), fileOwnerKey(id)]) tx.delete(gone);
      });
      return true;
    });
    if (isLoose) await files.delete(id);
  }
}

async function removeOrphans({ store, files, clock }: FileSweepOptions, stopped: AbortSignal | undefined): Promise<void> {
  const before = clock.now() - orphanMs;
  await files.removeUnfinished(before);
  for await (const { id, at } of files.list()) {
    if (stopped?.aborted === true) return;
    if (at >= before) continue;
    const owner = await store.get(fileOwnerKey(id));
    if (owner !== undefined && (await store.get(new TextDecoder().decode(owner))) !== undefined) continue;
    await files.delete(id);
    if (owner !== undefined) await store.commit([], (tx) => tx.delete(fileOwnerKey(id)));
  }
}

export interface FileSweepTimerOptions extends FileSweepOptions {
  readonly report: (error: unknown) => void;
}

/** Sweeps every hour. */
export function startFileSweep(options: FileSweepTimerOptions): Recurring {
  const { clock, report } = options;
  return startRecurring({ clock, everyMs: orphanMs, report, work: (stopped) => sweepFiles(options, stopped) });
}
