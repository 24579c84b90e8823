import { join } from 'node:path';
import { builtWorkspace } from './demo.ts';
import { listeningAt, startCommand, type Command } from './server-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

const config = join(import.meta.dirname, '../../apps/workspace/concord.config.ts');

export interface DemoProcess extends Command {
  readonly url: string;
  /** Ends it as a power cut would, and starts it again on the same folder and port. */
  crashAndRestart(): Promise<DemoProcess>;
}

export interface DemoPlace {
  readonly folder?: string;
  readonly port?: string;
}

/** What `npm start` serves, in a process of its own: for tests that kill it, or stop it for a while. The others have `demo.ts`. */
export async function startDemo(place: DemoPlace = {}): Promise<DemoProcess> {
  const folder = place.folder ?? (await temporaryFolder());
  const command = startCommand(
    'serve',
    '--demo',
    '--web',
    builtWorkspace(),
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
      return await startDemo({ folder, port: new URL(url).port });
    },
  };
}
