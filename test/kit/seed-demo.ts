import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileConfig } from '@concord/schema';
import { createDiskFiles, createServer } from '@concord/server';
import { openLevelStore } from '@concord/store/level';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import workspaceConfig from '../../apps/workspace/concord.config.ts';
import { filesFolder } from './server.ts';
import { testSecret } from './tokens.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with the data of the workspace's demo, as a server that was stopped has left it: to be copied. */
    readonly seededDemo: string;
  }
}

let folder = '';

/** Once for all tests: to write the demo's data takes longer than to copy it. */
export async function setup({ provide }: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'concord-demo-'));
  const store = await openLevelStore({ path: folder });
  const server = await createServer({
    schema: compileConfig(workspaceConfig, 'concord.config.ts'),
    store,
    files: await createDiskFiles(filesFolder(folder)),
    secret: testSecret,
    logger: pino({ level: 'silent' }),
    demo: true,
  });
  await server.close();
  await store.close();
  // LevelDB makes a table of its log at the next start: here, and not in each copy.
  await (await openLevelStore({ path: folder })).close();
  provide('seededDemo', folder);
}

export async function teardown(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
