import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { createTokens } from '../access/tokens.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const schemaPackage = fileURLToPath(new URL('../../../schema/src/index.ts', import.meta.url));
const config = `
import { collection, defineConfig, field } from ${JSON.stringify(schemaPackage)};
export default defineConfig({
  collections: { tickets: collection({ fields: { title: field.string({ required: true, max: 20 }) } }) },
  demo: { account: 'demo', people: [{ id: 'ada', name: 'Ada', roles: ['member'] }, { id: 'ben', name: 'Ben', roles: [] }], records: {} },
});`;
const long = 'a secret of more than thirty-two bytes';

let folder: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concord-cli-'));
  await writeFile(join(folder, 'concord.config.ts'), config);
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<number | null>;
}

function start(args: readonly string[], env: Record<string, string> = {}, input?: string): Run {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    // What was compiled for one serves the next ones.
    env: { PATH, NODE_COMPILE_CACHE: join(tmpdir(), 'concord-compile-cache'), ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  running.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

async function run(
  args: readonly string[],
  env: Record<string, string> = {},
  input?: string,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const { ended, stdout, stderr } = start(args, env, input);
  return { code: await ended, stdout: stdout(), stderr: stderr() };
}

function logged(run: Run, message: string): Record<string, unknown> | undefined {
  const lines = run
    .stdout()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(({ msg }) => msg === message);
}

async function serving(...args: readonly string[]): Promise<Run & { readonly url: string }> {
  const server = start(['serve', '--port', '0', ...args]);
  await expect
    .poll(() => logged(server, 'listening') ?? server.stderr(), { timeout: 10_000 })
    .toMatchObject({ msg: 'listening' });
  return { ...server, url: String(logged(server, 'listening')?.['url']) };
}

describe('concord serve', () => {
  it('serves, keeps its secret to itself, drains at SIGTERM and goes on where it was', async () => {
    const first = await serving('--demo');
    expect(logged(first, 'listening')).toMatchObject({ signInAs: ['Ada', 'Ben'] });
    const secretFile = join(folder, '.concord/data/secret');
    expect((await stat(secretFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, '.concord/data'))).mode & 0o777).toBe(0o700);
    expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    const secret = await readFile(secretFile, 'utf8');
    const signIn = await fetch(`${first.url}/api/v1/auth/demo`, {
      method: 'POST',
      body: '{"user":"ada"}',
      headers: { 'content-type': 'application/json' },
    });
    const { token, expiresIn, user } = (await signIn.json()) as { token: string; expiresIn: number; user: unknown };
    expect({ expiresIn, user }).toEqual({
      expiresIn: 43_200,
      user: { id: 'ada', name: 'Ada', account: 'demo', roles: ['member'] },
    });
    const created = await fetch(`${first.url}/api/v1/records/tickets?token=${token}`, {
      method: 'POST',
      body: '{"id":"1","title":"Printer"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(created.status).toBe(201);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(first.stdout()).not.toContain(token);
    expect(first.stdout()).not.toContain(secret.trim());

    const second = await serving();
    const read = await fetch(`${second.url}/api/v1/records/tickets/1`, { headers: { authorization: `Bearer ${token}` } });
    expect(await read.json()).toMatchObject({ title: 'Printer' });
    expect((await fetch(`${second.url}/api/v1/auth/demo`)).status).toBe(404);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
    expect(await readFile(secretFile, 'utf8')).toBe(secret);
    expect(await run(['verify'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/no problems\n$/) });
  });

  it('takes what it is told from the environment', async () => {
    const data = join(folder, 'elsewhere');
    const server = start(['serve'], {
      PORT: '0',
      CONCORD_DATA: data,
      CONCORD_SECRET: long,
      CONCORD_LOG_LEVEL: 'debug',
      CONCORD_DURABILITY: 'os',
    });
    await expect
      .poll(() => logged(server, 'listening') ?? server.stderr(), { timeout: 10_000 })
      .toMatchObject({ data, durability: 'os' });
    await expect(stat(join(data, 'secret'))).rejects.toThrow('ENOENT');
    expect(server.stdout()).not.toContain(long);
    const token = await createTokens({ secret: long, clock: systemClock }).mint({
      account: 'acme',
      user: 'ada',
      roles: [],
      expiresInSeconds: 60,
    });
    const me = await fetch(`${String(logged(server, 'listening')?.['url'])}/api/v1/auth/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(me.status).toBe(200);
  });

  it('says that its folder is in use', async () => {
    await serving();
    const { code, stderr } = await run(['serve', '--port', '0']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^concord: \S+store is in use by another Concord process.*--data.*\n$/);
  });

  it('says that its port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { readonly port: number };
    const { code, stderr } = await run(['serve', '--port', String(port)]);
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toBe(
      `concord: Port ${port} of 127.0.0.1 is in use: stop what uses it, or choose another with --port N or PORT.\n`,
    );
  });

  it('says that there is no config, or what is wrong with it', async () => {
    const missing = await run(['serve', '--config', 'nowhere.ts']);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no config at') });
    await writeFile(join(folder, 'bad.ts'), config.replace('max: 20', "max: 'many'"));
    const wrong = await run(['serve', '--config', 'bad.ts']);
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^concord: bad\.ts: collections\.tickets\.fields\.title\.max: .+\n$/),
    });
    await writeFile(join(folder, 'broken.ts'), 'export default defineConfig({');
    expect(await run(['serve', '--config', 'broken.ts'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('broken.ts cannot be loaded'),
    });
    await writeFile(join(folder, 'empty.ts'), 'export const config = {};');
    expect(await run(['serve', '--config', 'empty.ts'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has no default export'),
    });
  });

  it('does not sign with a secret that is too short', async () => {
    const { code, stderr } = await run(['serve', '--port', '0'], { CONCORD_SECRET: 'short' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^concord: CONCORD_SECRET is too short: a secret has at least 32 bytes/);
  });

  it.each([
    [['serve', '--port', '70000'], 'A port is a number'],
    [['serve', '--port', '4000x'], 'A port is a number'],
    [['serve', '--durability', 'maybe'], 'fsync, os'],
    [['serve', '--nonsense'], '--nonsense'],
    [['sreve'], 'sreve'],
    [['token', '--user', 'ada'], '--account'],
    [['token', '--account', 'a', '--user', 'u', '--expires', 'soon'], '90s, 30m, 1h or 7d'],
  ])('refuses %j and says what is wrong', async (args, said) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('concord token', () => {
  it('prints a token and nothing else', async () => {
    const args = [
      'token',
      '--account',
      'acme',
      '--user',
      'ada',
      '--name',
      'Ada L.',
      '--role',
      'member',
      '--role',
      'admin',
      '--expires',
      '2h',
    ];
    const { code, stdout } = await run(args, { CONCORD_SECRET: long });
    expect(code).toBe(0);
    const principal = await createTokens({ secret: long, clock: systemClock }).verify(stdout.trim());
    expect(principal).toMatchObject({ account: 'acme', user: 'ada', name: 'Ada L.', roles: ['member', 'admin'] });
    expect((principal.expiresAt ?? 0) - Date.now()).toBeGreaterThan(7_190_000);
  });

  it('says where the secret is missing, and which names do not fit', async () => {
    expect(await run(['token', '--account', 'a', '--user', 'u'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no secret in .concord/data'),
    });
    expect(await run(['token', '--account', 'A B', '--user', 'u'], { CONCORD_SECRET: long })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not fit its pattern'),
    });
  });
});

describe('concord user add', () => {
  const add = ['user', 'add', '--account', 'acme', '--user', 'ada', '--role', 'member', '--role', 'admin', '--password-stdin'];
  const password = 'correct horse';

  it('adds a user to a folder that no server uses, who can sign in then', async () => {
    expect(await run(add, {}, `${password}\n`)).toEqual({ code: 0, stdout: 'ada can sign in to acme.\n', stderr: '' });
    expect(await run(add, {}, password)).toMatchObject({ code: 2, stderr: 'concord: There is a user of that id.\n' });
    const { url } = await serving();
    const response = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      body: JSON.stringify({ account: 'acme', user: 'ada', password }),
      headers: { 'content-type': 'application/json' },
    });
    expect(await response.json()).toMatchObject({
      user: { id: 'ada', name: 'ada', account: 'acme', roles: ['member', 'admin'] },
    });
  });

  it('says how to add one while a server runs', async () => {
    await serving();
    const { code, stderr } = await run(add, {}, password);
    expect(code).toBe(1);
    expect(stderr).toContain('in use');
    expect(stderr).toContain('POST /api/v1/users');
  });

  it('says what is wrong with the password, the names, or where to give it', async () => {
    expect(await run(add, {}, 'short')).toMatchObject({ code: 2, stderr: 'concord: A password has at least 10 characters.\n' });
    const misnamed = add.map((argument) => (argument === 'acme' ? 'A B' : argument));
    expect(await run(misnamed, {}, password)).toMatchObject({ code: 2, stderr: expect.stringContaining('name of an account') });
    expect(await run(add.slice(0, -1))).toMatchObject({ code: 2, stderr: expect.stringContaining('--password-stdin') });
  });
});

describe('the keys of another issuer', () => {
  it('are read from a file', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] }));
    const { url } = await serving('--jwks', 'keys.json', '--audience', 'concord');
    const statusWith = async (audience: string): Promise<number> => {
      const token = new SignJWT({ account: 'acme', roles: [] }).setProtectedHeader({ alg: 'ES256', kid: 'one' });
      const signed = await token.setSubject('ada').setAudience(audience).setExpirationTime('1m').sign(privateKey);
      return (await fetch(`${url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${signed}` } })).status;
    };
    expect([await statusWith('concord'), await statusWith('other')]).toEqual([200, 401]);
  });

  it.each([
    [{ CONCORD_JWKS: 'nowhere.json' }, 1, 'nowhere.json is no JSON Web Key Set'],
    [{ CONCORD_JWKS: 'concord.config.ts' }, 1, 'concord.config.ts is no JSON Web Key Set'],
    [{ CONCORD_ISSUER: 'https://id.example' }, 1, 'CONCORD_JWKS'],
    [{ CONCORD_LEEWAY: '301' }, 2, 'from 0 to 300'],
  ])('and their settings are checked: %j', async (env, code, message) => {
    expect(await run(['serve'], env)).toMatchObject({ code, stderr: expect.stringContaining(message) });
  });
});

describe('concord verify', () => {
  it('says that there is no store, and makes none', async () => {
    expect(await run(['verify', '--data', 'nowhere'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no store in'),
    });
    await expect(stat(join(folder, 'nowhere'))).rejects.toThrow('ENOENT');
  });

  it('does not read a store that is being written', async () => {
    await serving();
    expect(await run(['verify'])).toMatchObject({ code: 1, stderr: expect.stringContaining('in use') });
  });
});

describe('concord migrate', () => {
  it('leaves a store alone that is being served, and moves nothing where access is what it was', async () => {
    const server = await serving();
    expect(await run(['migrate'])).toMatchObject({ code: 1, stderr: expect.stringContaining('stop the server first') });
    server.child.kill('SIGTERM');
    await server.ended;
    expect(await run(['migrate'])).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to move') });
  });

  it('moves what the server refuses to serve under another access, and says what', async () => {
    const first = await serving('--demo');
    const headers = { 'content-type': 'application/json' };
    const signIn = await fetch(`${first.url}/api/v1/auth/demo`, { method: 'POST', body: '{"user":"ada"}', headers });
    const { token } = (await signIn.json()) as { token: string };
    const address = (url: string): string => `${url}/api/v1/records/tickets/1?token=${token}`;
    const records = `${first.url}/api/v1/records/tickets?token=${token}`;
    expect((await fetch(records, { method: 'POST', body: '{"id":"1","title":"Printer"}', headers })).status).toBe(201);
    first.child.kill('SIGTERM');
    await first.ended;

    await writeFile(join(folder, 'concord.config.ts'), config.replace('max: 20', "max: 20, access: { read: ['hr'] }"));
    const what = 'tickets.title: from the content of the record to a part of its own';
    expect(await run(['serve', '--port', '0'])).toMatchObject({ code: 1, stderr: expect.stringContaining(what) });
    expect(await run(['migrate', '--dry-run'])).toMatchObject({ code: 0, stdout: `${what}\n` });
    expect(await run(['migrate'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/Moved, in 1 record\./) });
    const second = await serving();
    expect(await (await fetch(address(second.url))).json()).not.toHaveProperty('title');
    second.child.kill('SIGTERM');
    await second.ended;
    expect(await run(['verify'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/no problems\n$/) });
  });
});

describe('the data folder', () => {
  it('that cannot be made is named', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await run(['serve', '--data', 'file/data'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be made'),
    });
  });
});
