import { existsSync } from 'node:fs';
import { join } from 'node:path';
import workspaceConfig from '../../apps/workspace/concord.config.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';

const built = join(import.meta.dirname, '../../apps/workspace/dist');

/** The folder of the workspace app as it was built. Throws where it was not. */
export function builtWorkspace(): string {
  if (!existsSync(join(built, 'index.html'))) throw new Error('The workspace app is not built: npm run build');
  return built;
}

/** What `npm start` serves: the workspace app, with the demo data, or with another config and its demo. */
export async function serveDemo({ config = workspaceConfig }: Pick<TestServerOptions, 'config'> = {}): Promise<TestServer> {
  return await startServer({ config, demo: true, web: builtWorkspace() });
}
