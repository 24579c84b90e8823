/** Where things are, and the environment that the tools run in. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The Node that the product runs on, once the dependencies are installed. */
export const node24 = path.join(root, 'node_modules/node/bin/node');

/** Written after each successful install: what it was made from, and where its package manager lies. */
export const stampFile = path.join(root, 'node_modules/.concord-install.json');

/** One line to the person in front of the console. Standard output belongs to the command's own results. */
export function say(line) {
  process.stderr.write(`concord: ${line}\n`);
}

/** The stamp of the last successful install, or undefined. */
export async function readStamp() {
  try {
    return JSON.parse(await readFile(stampFile, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * The environment for turbo, vitest and the like: Node 24 and the tools first on the path, then the
 * package manager (turbo runs each package's scripts with it), and no word to anybody outside.
 */
export async function toolEnvironment() {
  const stamp = await readStamp();
  const folders = [path.join(root, 'node_modules/.bin'), ...(stamp ? [stamp.pnpmFolder] : []), process.env.PATH ?? ''];
  // What a person's NODE_ENV says is not what is built or tested.
  const { NODE_ENV: _, ...env } = process.env;
  return {
    ...env,
    PATH: folders.join(path.delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    TURBO_UI: 'false',
  };
}
