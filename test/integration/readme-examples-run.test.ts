import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FeedEvent, RecordView } from '@concord/protocol';
import { serveDemoData } from '../kit/demo.ts';
import { readAll } from '../kit/feed-readers.ts';
import { startCommand } from '../kit/server-process.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { until } from '../kit/until.ts';

const root = join(import.meta.dirname, '../..');

/** The fenced blocks of a README, as they stand there. */
async function blocksOf(language: string, folder = '.'): Promise<string[]> {
  const readme = await readFile(join(root, folder, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, is]) => is === language).map(([, , code = '']) => code);
}

async function blockWith(language: string, ...words: readonly string[]): Promise<string> {
  return await blockIn('.', language, ...words);
}

async function blockIn(folder: string, language: string, ...words: readonly string[]): Promise<string> {
  const found = (await blocksOf(language, folder)).filter((code) => words.every((word) => code.includes(word)));
  if (found.length !== 1) throw new Error(`The README has ${found.length} blocks of ${language} with ${words.join(', ')}.`);
  return found[0] as string;
}

interface Demo {
  readonly url: string;
  readonly token: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Puts the server's own address where the README has the default one. */
  here(code: string): string;
}

/** What `npm start` serves, without the page: the workspace's config with its demo. */
async function startDemo(): Promise<Demo> {
  const { url } = await serveDemoData();
  const signedIn = await fetch(`${url}/api/v1/auth/demo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"user":"ada"}',
  });
  const { token } = (await signedIn.json()) as { token: string };
  return {
    url,
    token,
    fetch: (path, init = {}) =>
      fetch(`${url}/api/v1${path}`, {
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...init,
      }),
    here: (code) => code.replaceAll('localhost:4000', new URL(url).host),
  };
}

interface Running {
  output(): string;
  ended(): boolean;
}

/** Runs a program until the test is over. */
function run(command: string, args: readonly string[]): Running {
  const child = spawn(command, args, { cwd: join(root, 'test'), stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.on('close', () => (ended = true));
  return { output: () => output, ended: () => ended };
}

describe('the README', () => {
  it('shows requests that work as they are written', async () => {
    const demo = await startDemo();
    const signIn = demo.here(await blockWith('sh', '/auth/demo'));
    // Each request on a line of its own, so that their answers can be told apart.
    const requests = demo.here(await blockWith('sh', 'alias concord-api')).replaceAll(/^(concord-api .*)$/gm, '$1; echo');
    const shell = run('bash', ['-c', `set -eu; shopt -s expand_aliases\n${signIn}\n${requests}`]);
    await until('the requests to be through', () => shell.ended());

    const answers = shell
      .output()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const answer of answers) expect(answer).not.toHaveProperty('error');
    expect(answers).toMatchObject([
      { id: 'lamp', title: 'The lamp flickers', estimate: 2, version: 1 },
      { id: 'lamp', version: 1 },
      { items: expect.arrayContaining([{ id: 'lamp', version: 1, title: 'The lamp flickers', status: 'open' }]) as unknown },
      { id: 'lamp', status: 'waiting', version: 2 },
      { items: [{ title: 'One' }, { title: 'Two' }] },
      { items: [{ id: 'lamp', status: 'closed', version: 3 }] },
      { id: 'lamp', status: 'closed', version: 5 },
    ]);
  });

  const loops: readonly (readonly [name: string, words: readonly string[], imports?: string])[] = [
    ['a poll', ['setTimeout', 'pollAfterMs']],
    ['a long poll', ['feed=longpoll']],
    ['a stream', ['new EventSource'], "import { EventSource } from 'eventsource';"],
    ['a socket', ['new WebSocket(']],
  ];
  for (const [name, words, imports = ''] of loops) {
    it(`shows ${name} that follows every change`, async () => {
      const demo = await startDemo();
      const setting = `const api = '${demo.url}/api/v1', token = '${demo.token}', headers = { authorization: 'Bearer ' + token };`;
      const code = await blockWith('js', ...words);
      const reader = run(process.execPath, ['--input-type=module', '-e', `${imports}\n${setting}\n${code}`]);
      // A reader that begins now hears of nothing before it is there: something happens until it does.
      let step = 0;
      await until('the reader to hear of it', async () => {
        if (reader.ended()) throw new Error(reader.output());
        await demo.fetch('/records/tickets', {
          method: 'POST',
          body: JSON.stringify({ id: `step-${step++}`, title: 'x' }),
        });
        return /tickets\.create step-\d+ \[ 'title', 'status'/.test(reader.output().replaceAll(/\s+/g, ' '));
      });
    });
  }

  it('shows a poll in the shell that follows every change', async () => {
    const demo = await startDemo();
    const setting = `api='${demo.url}/api/v1'\ntoken='${demo.token}'`;
    const reader = run('bash', ['-c', `${setting}\n${await blockWith('sh', 'pollAfterMs')}`]);
    await until('it to have read what there is', () => reader.output().includes('"type":"tickets.create"'));
    await demo.fetch('/records/tickets/2', { method: 'PATCH', body: JSON.stringify({ title: 'Another' }) });
    await until('it to hear of it', () => reader.output().includes('"type":"tickets.update"'));
  });

  it('shows a receiver of webhooks that takes what was signed with its secret', async () => {
    const demo = await startDemo();
    // A port that is free now; nobody else is given it so soon.
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const setting =
      `const api = '${demo.url}/api/v1';` +
      `const headers = { authorization: 'Bearer ${demo.token}', 'content-type': 'application/json' };`;
    const code = (await blockWith('js', 'standardwebhooks')).replaceAll('5000', String(port));
    const receiver = run(process.execPath, ['--input-type=module', '-e', `${setting}\n${code}`]);
    let step = 0;
    await until('the receiver to hear of it', async () => {
      if (receiver.ended()) throw new Error(receiver.output());
      await demo.fetch('/records/tickets', { method: 'POST', body: JSON.stringify({ id: `step-${step++}`, title: 'x' }) });
      return /tickets\.create step-\d+ \[ 'title', 'status'/.test(receiver.output().replaceAll(/\s+/g, ' '));
    });
  });

  it('shows a list that stays right, and a loop over what changes', async () => {
    const demo = await startDemo();
    const code = demo.here(await blockWith('js', 'client.query(', 'client.changes('));
    const running = run(process.execPath, ['--input-type=module', '-e', `const token = '${demo.token}';\n${code}`]);
    let step = 0;
    await until('both to tell of it', async () => {
      if (running.ended()) throw new Error(running.output());
      const ticket = { id: `step-${step++}`, title: 'Entered just now', assignee: 'ada' };
      await demo.fetch('/records/tickets', { method: 'POST', body: JSON.stringify(ticket) });
      return /tickets\.create step-\d+/.test(running.output()) && /mine: .*Entered just now/.test(running.output());
    });
  });

  it('shows an event as events are', async () => {
    const demo = await startDemo();
    const shown = JSON.parse(await blockWith('json', '"changed"')) as FeedEvent;
    const send = (method: string, path: string, body: object): Promise<Response> =>
      demo.fetch(path, { method, body: JSON.stringify(body) });
    await send('POST', '/records/tickets', { id: shown.record, title: 'x' });
    await send('PATCH', `/records/tickets/${shown.record}`, { status: shown.data?.['status'] });
    const event = (await readAll(demo)).at(-1);
    const { id, cursor, timestamp, data, ...same } = shown;
    expect(event).toMatchObject(same);
    expect(Object.keys(event ?? {})).toEqual(Object.keys(shown));
    expect(event?.data).toMatchObject({ id: data?.id, status: data?.['status'] });
    expect([id, cursor].every((opaque) => opaque.endsWith('…'))).toBe(true);
    expect(timestamp).toBe(new Date(timestamp).toISOString());
  });

  it('shows a config that serves', async () => {
    const folder = await temporaryFolder();
    const config = join(folder, 'concord.config.ts');
    await writeFile(config, await blockWith('ts', 'policy('));
    const { output } = startCommand('serve', '--port', '0', '--data', folder, '--config', config, '--log-level', 'info');
    const url = await until('it to listen', () => /"url":"([^"]+)"/.exec(output())?.[1]);
    const { components } = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as {
      components: { schemas: Record<string, { properties: object }> };
    };
    expect(Object.keys(components.schemas['projects.update']?.properties ?? {})).toEqual(['title']);
  });

  it('shows how a page of one’s own edits a record, with each of the stock providers', async () => {
    const demo = await startDemo();
    const setting = `const token = '${demo.token}';`;
    const ticket = async (): Promise<RecordView> => (await (await demo.fetch('/records/tickets/2')).json()) as RecordView;
    await demo.fetch('/records/tickets/2', {
      method: 'PATCH',
      body: '{"status":"open"}',
    });
    const hocuspocus = demo.here(await blockWith('js', 'HocuspocusProvider'));
    const editor = run(process.execPath, ['--input-type=module', '-e', `${setting}\n${hocuspocus}`]);
    await until('the edit to arrive', async () => {
      if (editor.ended()) throw new Error(editor.output());
      return (await ticket())['status'] === 'closed';
    });
    expect(editor.output()).toContain("status: 'closed'");

    const yWebsocket = demo.here(await blockWith('js', 'y-websocket'));
    const typing = `provider.on('sync', () => { notes.insert(0, [new Y.XmlElement('horizontalRule')]); });`;
    const other = run(process.execPath, ['--input-type=module', '-e', `${setting}\n${yWebsocket}\n${typing}`]);
    await until('the other edit to arrive', async () => {
      if (other.ended()) throw new Error(other.output());
      return JSON.stringify((await ticket())['notes']).includes('horizontalRule');
    });
  });

  it('shows a bot that posts and follows a room', async () => {
    const demo = await startDemo();
    const setting = `api='${demo.url}/api/v1'\ntoken='${demo.token}'`;
    const bot = run('bash', ['-c', `${setting}\n${await blockWith('sh', 'rooms.messages')}`]);
    await until('it to follow', () => {
      if (bot.ended()) throw new Error(bot.output());
      return bot.output().includes('event: resumed');
    });
    expect(bot.output()).toContain('"authorName":"Press"');
    await demo.fetch('/records/rooms/shop-floor/messages', { method: 'POST', body: '{"text":"On my way."}' });
    await until('it to hear of it', () => /"type":"rooms\.messages\.create".*On my way\./.test(bot.output()));
  });
});

describe("the README of SnackBase's API", () => {
  it('shows a client that signs in, listens, writes and lists', async () => {
    const demo = await startDemo();
    const [code = ''] = await blocksOf('ts', 'packages/server/src/compat/snackbase');
    const shown = "console.log('listed', total > 0, items.some(({ title }) => title === 'Broken lamp'));";
    const client = run(process.execPath, ['--input-type=module', '-e', `${demo.here(code)}\n${shown}`]);
    await until('it to hear of what it wrote, and to list it', () => {
      if (client.ended()) throw new Error(client.output());
      return /^[0-9a-f-]{36} Broken lamp$/m.test(client.output()) && client.output().includes('listed true true');
    });
  });
});

describe("the client's README", () => {
  /** Runs a block as it stands there, on a client of the demo. */
  async function runBlock(demo: Demo, ...words: readonly string[]): Promise<Running> {
    const code = (await blocksOf('js', 'packages/client')).find((block) => words.every((word) => block.includes(word)));
    if (code === undefined) throw new Error(`The README has no block with ${words.join(', ')}.`);
    const setting = [
      "import { createClient } from '@concord/client';",
      `const client = createClient({ url: '${demo.url}', token: '${demo.token}' });`,
      'const kept = new Map();',
      'const localStorage = { getItem: (name) => kept.get(name), setItem: (name, value) => kept.set(name, value) };',
      'const readEverythingAgain = async () => undefined;',
    ];
    return run(process.execPath, ['--input-type=module', '-e', `${setting.join('\n')}\n${code}`]);
  }

  async function prints(
    running: Running,
    what: RegExp,
    meanwhile: () => Promise<unknown> = async () => undefined,
  ): Promise<void> {
    await until(`it to print ${what}`, async () => {
      if (what.test(running.output())) return true;
      if (running.ended()) throw new Error(running.output());
      await meanwhile();
      return false;
    });
  }

  it('shows a record that is read, changed, undone and saved', async () => {
    const demo = await startDemo();
    const running = await runBlock(demo, "client.record('tickets'", 'history.undo');
    await prints(running, /status is closed[^]*this edit is saved/);
  });

  it('shows a list that stays right', async () => {
    const demo = await startDemo();
    const running = await runBlock(demo, 'client.query(');
    await prints(running, /live .+, /);
    await demo.fetch('/records/tickets', { method: 'POST', body: '{"title":"Entered just now","priority":"urgent"}' });
    await prints(running, /live .*Entered just now/);
  });

  it('shows a loop over what changes', async () => {
    const demo = await startDemo();
    const running = await runBlock(demo, 'client.changes(');
    let step = 0;
    await prints(running, /tickets\.create step-\d+/, () =>
      demo.fetch('/records/tickets', { method: 'POST', body: JSON.stringify({ id: `step-${step++}`, title: 'x' }) }),
    );
  });

  it('shows a log that is read, and an entry that is sent', async () => {
    const demo = await startDemo();
    const running = await runBlock(demo, 'client.log(');
    await prints(running, /says Who has the key[^]*\(sending\)[^]*says Who has the key[^]*\(sent\)/);
    await prints(running, /\b[1-9]\d\d of 1\d\d\d\b/);
  });

  it('shows what is new', async () => {
    const demo = await startDemo();
    await prints(await runBlock(demo, 'client.inbox.get('), /live \d+ unread, \d+ for you, in [1-9]\d* places/);
  });

  it('shows a command that is carried out', async () => {
    const demo = await startDemo();
    await prints(await runBlock(demo, 'client.commands.create('), /Made on the train/);
  });
});
