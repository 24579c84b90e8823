import { cp } from 'node:fs/promises';
import type { TestServer } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * A copy of the server's folder as it lies on disk now: what a power cut would leave. Take it while no
 * commit is under way.
 */
export async function crashImage(server: Pick<TestServer, 'folder'>): Promise<string> {
  const copy = await temporaryFolder();
  await cp(server.folder, copy, { recursive: true });
  return copy;
}
