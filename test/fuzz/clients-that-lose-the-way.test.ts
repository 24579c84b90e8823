import type { Client, LiveRecord } from '@concord/client';
import { expect, it, onTestFailed, onTestFinished } from 'vitest';
import { clientOf, saved } from '../kit/clients.ts';
import type config from '../kit/concord.config.ts';
import { lastingPort } from '../kit/lasting-port.ts';
import { seededRandom, type Random } from '../kit/random.ts';
import { startRoughProxy } from '../kit/rough-proxy.ts';
import { startProcess, type ServerProcess } from '../kit/server-process.ts';
import { until } from '../kit/until.ts';

type Config = typeof config;

/** Somebody who edits, and what the client has promised them. */
interface Editor {
  readonly user: string;
  readonly client: Client<Config>;
  readonly record: LiveRecord<Config, 'everything'>;
  /** Tags that were added, and of them those of which it was said that they are saved. */
  readonly tags: string[];
  promised: number;
  /** What was added to the counter, and how much of that is promised. */
  added: number;
  addedPromised: number;
}

const rounds = 150;

/** Counts every promise at the moment in which it is made: what comes later may break, but not that. */
function watch(editor: Editor): void {
  editor.record.status.subscribe(() => {
    if (editor.record.status.get().save.kind !== 'saved') return;
    editor.promised = editor.tags.length;
    editor.addedPromised = editor.added;
  });
}

function edit({ record, user, tags }: Editor, editor: Editor, random: Random): void {
  const text = record.text('body');
  const lines = record.list('lines');
  const edits: readonly (() => void)[] = [
    () => {
      const tag = `${user}-${tags.length}-${random.below(1e9)}`;
      tags.push(tag);
      record.set('tags').add(tag);
    },
    () => {
      editor.added += 3;
      record.counter('votes').add(3);
    },
    () => text.insert(random.below(text.length + 1), `${user} `),
    () => text.delete(Math.min(random.below(text.length + 1), Math.max(text.length - 2, 0)), Math.min(2, text.length)),
    () => record.fields.setAll({ name: `${user} ${random.below(100)}`, count: random.below(100), done: random.below(2) === 0 }),
    () => lines.insert(random.below(lines.get().length + 1), { item: user, amount: random.below(10) }),
    () => lines.get().length > 0 && lines.delete(random.below(lines.get().length)),
    () => lines.get().length > 0 && lines.set(random.below(lines.get().length), 'amount', random.below(99)),
    () => record.fields.set('body', `${record.fields.get('body') ?? ''}!`),
  ];
  random.pick(edits)();
}

it('ends in one state, with everything in it that it said was saved, whatever was cut, killed or left', async () => {
  const random = seededRandom();
  let at = '';
  onTestFailed(() => console.log(`CONCORD_SEED=${random.seed}`, at));
  const port = await lastingPort();
  let server: ServerProcess = await startProcess({ port });
  const chance = { below: random.below, chance: (probability: number) => random.below(1000) < probability * 1000 };
  const proxy = await startRoughProxy({ to: port, random: chance, roughness: 0.4 });
  onTestFinished(() => proxy.close());
  const url = `http://127.0.0.1:${proxy.port}`;

  async function arrive(user: string): Promise<Editor> {
    const client = await clientOf<Config>({ url }, { user });
    const record = client.record('everything', 'e');
    const editor: Editor = { user, client, record, tags: [], promised: 0, added: 0, addedPromised: 0 };
    watch(editor);
    await record.ready;
    return editor;
  }

  const editors: Editor[] = await Promise.all(['ann', 'ben', 'cleo', 'ann'].map(arrive));
  const gone: Editor[] = [];
  for (let round = 0; round < rounds; round++) {
    const place = random.below(editors.length);
    const editor = editors[place] as Editor;
    edit(editor, editor, random);
    at = `${round} ${JSON.stringify(editors.map((e) => [e.client.status.get(), e.record.status.get()]))}`;
    const fate = random.below(100);
    if (fate < 4) proxy.cut(0.5);
    else if (fate < 5) {
      await server.kill();
      server = await startProcess({ port, folder: server.folder });
    } else if (fate < 6) {
      // The page is closed without a word; what was not promised may be lost with it.
      gone.push(editor);
      void editor.client.close();
      editors[place] = await arrive(editor.user);
    } else if (fate < 20) await until('the server to have it', () => editor.record.status.get().save.kind === 'saved');
    else await new Promise(setImmediate);
  }

  proxy.calm();
  for (const { client } of editors) client.reconnect();
  await Promise.all(editors.map(({ record }) => saved(record)));
  const states = (): readonly string[] => editors.map(({ record }) => JSON.stringify(record.values.get()));
  await until('all to hold the same', () => new Set(states()).size === 1);
  const view = await until('requests to see it', async () => {
    const {
      version: _v,
      createdAt: _c,
      createdBy: _b,
      updatedAt: _u,
      updatedBy: _w,
      ...values
    } = (await (await server.fetch('/records/everything/e')).json()) as Record<string, unknown>;
    return JSON.stringify(values) === states()[0] ? values : undefined;
  });

  const tags = new Set(view['tags'] as readonly string[]);
  const promised = [...editors, ...gone].flatMap((one) => one.tags.slice(0, one.promised));
  const lost = promised.filter((tag) => !tags.has(tag));
  expect(lost).toEqual([]);
  expect(promised.length).toBeGreaterThan(3);
  const votes = view['votes'] as number;
  const sum = (all: readonly Editor[], of: 'added' | 'addedPromised'): number => all.reduce((total, one) => total + one[of], 0);
  expect(votes).toBeGreaterThanOrEqual(sum(editors, 'added') + sum(gone, 'addedPromised'));
  expect(votes).toBeLessThanOrEqual(sum([...editors, ...gone], 'added'));
});
