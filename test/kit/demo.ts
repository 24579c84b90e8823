import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelStore } from '@concord/store/level';
import { afterAll } from 'vitest';
import workspaceConfig from '../../apps/workspace/concord.config.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const built = join(import.meta.dirname, '../../apps/workspace/dist');

/** The folder of the workspace app as it was built. Throws where it was not. */
export function builtWorkspace(): string {
  if (!existsSync(join(built, 'index.html'))) throw new Error('The workspace app is not built: npm run build');
  return built;
}

/** What `npm start` serves: the workspace app, with the demo data, or with another config and its demo. */
export async function serveDemo({ config = workspaceConfig }: Pick<TestServerOptions, 'config'> = {}): Promise<TestServer> {
  const folder = await temporaryFolder();
  if (config === workspaceConfig) await cp(await (seeded ??= seed()), folder, { recursive: true });
  return await startServer({ config, folder, demo: true, web: builtWorkspace() });
}

/** Of this test file: to write the demo's data takes longer than to copy it. */
let seeded: Promise<string> | undefined;

afterAll(async () => {
  if (seeded !== undefined) await rm(await seeded, { recursive: true, force: true });
});

/** A folder with the data of the workspace's demo, as a server that was stopped has left it. */
async function seed(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'concord-demo-'));
  await (await startServer({ config: workspaceConfig, folder, demo: true })).stop();
  // LevelDB makes a table of its log at the next start: once, and not in each copy.
  await (await openLevelStore({ path: folder })).close();
  return folder;
}
