/**
 * A lock between processes that work in the same clone, so that two `npm start` at the same moment do not
 * install over each other. Kept as a file that its holder touches every second: a holder that was killed
 * stops doing so, and after a while the lock is taken over.
 */
import { randomUUID } from 'node:crypto';
import { renameSync, statSync } from 'node:fs';
import { mkdir, open, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { root, say } from './place.mjs';

const setupLock = path.join(root, '.concord/setup.lock');
const beatMs = 1_000;
const staleMs = 10_000;
const retryMs = 200;

const sayWaiting = () => say('another command is installing or building here; waiting for it…');

/** Runs `work` while no other process that asks for the same lock does. `onWait` is called if it is taken. */
export async function withLock(work, { file = setupLock, onWait = sayWaiting } = {}) {
  const token = randomUUID();
  await mkdir(path.dirname(file), { recursive: true });
  for (let waited = false; !((await create(file, token)) || (await takeOver(file, token))); waited = true) {
    if (!waited) onWait();
    await delay(retryMs);
  }
  const beat = setInterval(() => utimes(file, new Date(), new Date()).catch(() => {}), beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (await holds(file, token)) await rm(file, { force: true });
  }
}

async function create(file, token) {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(token);
    await handle.close();
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Puts this process's token in place of a dead holder's. Of several who try at once the last one wins,
 * and all of them see who that was after a pause longer than the moment between looking and renaming.
 */
async function takeOver(file, token) {
  if (!isStale(file)) return false;
  const mine = `${file}.${token}`;
  await writeFile(mine, token);
  // Nothing else of this process happens between looking again and renaming.
  if (!isStale(file)) {
    await rm(mine);
    return false;
  }
  renameSync(mine, file);
  await delay(2 * retryMs);
  return holds(file, token);
}

function isStale(file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > staleMs;
}

async function holds(file, token) {
  return (await readFile(file, 'utf8').catch(() => undefined)) === token;
}
