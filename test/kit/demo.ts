import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
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
  const folder = await (config === workspaceConfig ? copiedDemo() : temporaryFolder());
  return await startServer({ config, folder, demo: true, web: builtWorkspace() });
}

/** The same without the app. */
export async function serveDemoData(): Promise<TestServer> {
  return await startServer({ config: workspaceConfig, folder: await copiedDemo(), demo: true });
}

async function copiedDemo(): Promise<string> {
  const folder = await temporaryFolder();
  await cp(inject('seededDemo'), folder, { recursive: true });
  return folder;
}
