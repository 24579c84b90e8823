/**
 * The dependencies. Installed when `node_modules` was not made from the present lockfile on this kind of
 * machine; otherwise this costs the reading of two files.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { runQuiet } from './child.mjs';
import { node24, readStamp, root, say, stampFile } from './place.mjs';

/** Installs what is missing. Call it under the lock. */
export async function ensureInstalled() {
  const from = await fingerprint();
  const stamp = await readStamp();
  if (stamp?.from === from && existsSync(node24) && existsSync(path.join(stamp.pnpmFolder, 'pnpm'))) return;

  const first = stamp === undefined && !existsSync(path.join(root, 'node_modules'));
  say(`installing dependencies (${first ? 'first run, about 20 s' : 'they have changed'})…`);
  await rm(stampFile, { force: true });
  const pnpmFolder = await fetchPnpm();
  await runQuiet(
    path.join(pnpmFolder, 'pnpm'),
    ['install', '--frozen-lockfile', '--config.confirm-modules-purge=false'],
    quietly(),
  );
  await writeFile(stampFile, JSON.stringify({ from, pnpmFolder }));
}

/** What an install is made from. */
async function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(await readFile(path.join(root, name)));
  return hash.digest('hex');
}

/** Has npm fetch the pnpm that package.json names into npm's own cache. Returns the folder of its binary. */
async function fetchPnpm() {
  const { packageManager } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const found = await runQuiet('npx', ['--yes', `--package=${packageManager}`, '--call', 'command -v pnpm'], quietly());
  return path.dirname(found.trim());
}

/** A person's NODE_ENV must not leave the development dependencies out: they are what builds the product. */
function quietly() {
  const { NODE_ENV: _, ...env } = process.env;
  return { cwd: root, env: { ...env, npm_config_update_notifier: 'false' } };
}
