import { systemClock } from '../clock.ts';
import { AmbiguousMoveError, describeMove, pendingMoves } from '../layout.ts';
import { existingDataFolder, openFreeStore } from './data-folder.ts';
import { CliFailure } from './failure.ts';
import { loadConfig } from './load-config.ts';

export interface MigrateOptions {
  readonly data: string;
  readonly config: string;
  readonly dryRun: boolean;
}

/** Moves the data of fields whose access has changed, and says what it moves. */
export async function migrateData(options: MigrateOptions): Promise<void> {
  const schema = await loadConfig(options.config);
  const store = await openFreeStore(
    existingDataFolder(options.data),
    'Data is moved while no server runs on it: stop the server first.',
  );
  try {
    const moves = await pendingMoves(store, schema);
    if (moves.length === 0) {
      process.stdout.write('Everything lies where the config says; there is nothing to move.\n');
      return;
    }
    for (const move of moves) process.stdout.write(`${describeMove(move)}\n`);
    if (options.dryRun) return;
    const { migrate } = await import('../migrate.ts');
    const { records } = await migrate({ store, schema, now: () => systemClock.now() });
    process.stdout.write(`Moved, in ${records} ${records === 1 ? 'record' : 'records'}. What it was before is erased.\n`);
  } catch (error) {
    throw error instanceof AmbiguousMoveError ? new CliFailure(error.message, { cause: error }) : error;
  } finally {
    await store.close();
  }
}
