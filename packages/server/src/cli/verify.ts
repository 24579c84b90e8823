import { existingDataFolder, openDataStore } from './data-folder.ts';
import { failed } from './failure.ts';
import { loadConfig } from './load-config.ts';

export interface VerifyOptions {
  readonly data: string;
  readonly config: string;
}

/** Reads the whole store, prints what does not fit together, and ends with an error if anything does not. */
export async function verify(options: VerifyOptions): Promise<void> {
  const schema = await loadConfig(options.config);
  const data = existingDataFolder(options.data);
  const { verifyStore } = await import('../verify.ts');
  const store = await openDataStore(data);
  try {
    const { records, parts, entries, events, problems } = await verifyStore({ store, schema });
    for (const problem of problems) process.stdout.write(`${problem}\n`);
    const verdict =
      problems.length === 0 ? 'no problems' : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
    process.stdout.write(`${records} records, ${parts} parts, ${entries} entries, ${events} events: ${verdict}\n`);
    if (problems.length > 0) process.exitCode = failed;
  } finally {
    await store.close();
  }
}
