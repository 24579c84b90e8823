import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as Y from 'yjs';
import { seededRandom, type Random } from './random.ts';

/** At a position: how many code points go, and what comes. */
export type Patch = readonly [position: number, deleted: number, inserted: string];

/** A session of one author. */
export interface SoloSession {
  readonly endContent: string;
  readonly txns: readonly { readonly patches: readonly Patch[] }[];
}

/** A session of several authors: a transaction applies to the merge of its parents, which are indexes. */
export interface SharedSession {
  readonly endContent: string;
  readonly numAgents: number;
  readonly txns: readonly { readonly parents: readonly number[]; readonly agent: number; readonly patches: readonly Patch[] }[];
}

/** The recorded session of two authors, or a generated one of that shape where `CONCORD_TRACES` names no folder. */
export async function friendsSession(): Promise<SharedSession> {
  return (await recorded<SharedSession>('friendsforever')) ?? generateShared(seededRandom(1), 2_000);
}

/** The recorded writing of a paper, or a generated one of that shape. */
export async function paperSession(): Promise<SoloSession> {
  return (await recorded<SoloSession>('automerge-paper')) ?? generateSolo(seededRandom(2), 30_000);
}

/** The client id under which an agent of a session writes: where two write at one place, it decides who is first. */
export function clientIdOf(agent: number): number {
  return agent + 1;
}

export function applyPatches(text: Y.Text, patches: readonly Patch[]): void {
  for (const [position, deleted, inserted] of patches) {
    if (deleted > 0) text.delete(position, deleted);
    if (inserted !== '') text.insert(position, inserted);
  }
}

async function recorded<T>(name: string): Promise<T | undefined> {
  const folder = process.env['CONCORD_TRACES'];
  if (folder === undefined || folder === '') return undefined;
  return JSON.parse(gunzipSync(await readFile(join(folder, `${name}.json.gz`))).toString()) as T;
}

/** Two who type, each at a cursor that jumps now and then, and hear of each other from time to time. */
function generateShared(random: Random, count: number): SharedSession {
  const agents = [0, 1].map((agent) => {
    const document = new Y.Doc();
    document.clientID = clientIdOf(agent);
    return { document, typist: createTypist(random), heads: [] as number[] };
  });
  const txns: { parents: number[]; agent: number; patches: Patch[] }[] = [];
  for (let index = 0; index < count; index++) {
    const agent = random.below(2);
    const [self, other] = [agents[agent], agents[1 - agent]] as [(typeof agents)[number], (typeof agents)[number]];
    if (random.below(8) === 0) {
      Y.applyUpdate(self.document, Y.encodeStateAsUpdate(other.document, Y.encodeStateVector(self.document)));
      self.heads = [...new Set([...self.heads, ...other.heads])];
    }
    const text = self.document.getText('text');
    const patch = self.typist(text.length);
    self.document.transact(() => applyPatches(text, [patch]));
    txns.push({ parents: self.heads, agent, patches: [patch] });
    self.heads = [index];
  }
  const merged = new Y.Doc();
  for (const { document } of agents) Y.applyUpdate(merged, Y.encodeStateAsUpdate(document));
  return { endContent: merged.getText('text').toString(), numAgents: 2, txns };
}

function generateSolo(random: Random, count: number): SoloSession {
  const typist = createTypist(random);
  const txns: { patches: Patch[] }[] = [];
  let content = '';
  for (let index = 0; index < count; index++) {
    const [position, deleted, inserted] = typist(content.length);
    content = content.slice(0, position) + inserted + content.slice(position + deleted);
    txns.push({ patches: [[position, deleted, inserted]] });
  }
  return { endContent: content, txns };
}

/** Types letters, takes back some of them, and goes elsewhere now and then. */
function createTypist(random: Random): (length: number) => Patch {
  let cursor = 0;
  return (length) => {
    if (random.below(40) === 0) cursor = random.below(length + 1);
    cursor = Math.min(cursor, length);
    if (cursor > 0 && random.below(10) < 3) return [--cursor, 1, ''];
    return [cursor++, 0, random.pick('etaoin shrdlu'.split(''))];
  };
}
