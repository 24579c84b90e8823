import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listeningAt, startCommand, type Command } from './server-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

const workspace = join(import.meta.dirname, '../../apps/workspace');

export interface DemoProcess extends Command {
  readonly url: string;
  /** Ends it as a power cut would, and starts it again on the same folder and port. */
  crashAndRestart(): Promise<DemoProcess>;
}

export interface DemoPlace {
  readonly folder?: string;
  readonly port?: string;
  /** The file of another config than the demo's own, with a demo of its own. */
  readonly config?: string;
}

/** What `npm start` serves: the workspace app as it was built, with the demo data. */
export async function startDemo(place: DemoPlace = {}): Promise<DemoProcess> {
  const web = join(workspace, 'dist');
  if (!existsSync(join(web, 'index.html'))) throw new Error('The workspace app is not built: npm run build');
  const folder = place.folder ?? (await temporaryFolder());
  const config = place.config ?? join(workspace, 'concord.config.ts');
  const command = startCommand(
    'serve',
    '--demo',
    '--web',
    web,
    '--config',
    config,
    '--data',
    folder,
    '--port',
    place.port ?? '0',
  );
  const url = await listeningAt(command);
  return {
    ...command,
    url,
    async crashAndRestart() {
      command.child.kill('SIGKILL');
      await command.ended;
      return await startDemo({ folder, port: new URL(url).port, config });
    },
  };
}
