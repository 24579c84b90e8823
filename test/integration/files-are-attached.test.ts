import { request as httpRequest } from 'node:http';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorBody, LogAttachment, LogEntry } from '@concord/protocol';
import { collection, defineConfig, field } from '@concord/schema';
import { gate } from '../kit/gate.ts';
import { handClock } from '../kit/hand-clock.ts';
import logs from '../kit/logs.config.ts';
import { filesFolder, startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { tokenFor, type TestUser } from '../kit/tokens.ts';

const lead: TestUser = { user: 'lea', roles: ['member', 'lead'] };
const ann: TestUser = { user: 'ann' };
const ben: TestUser = { user: 'ben' };
const log = '/records/rooms/r/messages';

/** A picture of 64 by 48 pixels, as far as its head goes. */
const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d', 'hex'),
  Buffer.from('IHDR'),
  Buffer.from('000000400000003008020000000000000000000000', 'hex'),
  Buffer.from('IDAT'),
]);

async function withRoom(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config: logs, ...options });
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Proofs', members: ['ann', 'ben'] }, lead);
  return server;
}

interface Sent {
  readonly as?: TestUser;
  readonly type?: string | undefined;
  readonly name?: string | undefined;
  readonly to?: string;
}

async function send(server: TestServer, body: Buffer | string, { as = ann, type, name, to = log }: Sent = {}): Promise<Response> {
  return await server.fetch(`${to}/files${name === undefined ? '' : `?name=${encodeURIComponent(name)}`}`, {
    method: 'POST',
    as,
    body: new Uint8Array(Buffer.from(body)),
    headers: type === undefined ? {} : { 'content-type': type },
  });
}

async function upload(server: TestServer, body: Buffer | string, sent?: Sent): Promise<LogAttachment> {
  const response = await send(server, body, sent);
  expect(response.status).toBe(201);
  return (await response.json()) as LogAttachment;
}

async function codeOf(response: Response): Promise<string> {
  return response.ok ? String(response.status) : ((await response.json()) as ErrorBody).error.code;
}

const show = (server: TestServer, file: { readonly id: string }, as: TestUser = ann): Promise<Response> =>
  server.fetch(`${log}/files/${file.id}`, { as });

const post = (server: TestServer, input: object, as: TestUser = ann): Promise<LogEntry> =>
  server.json<LogEntry>('POST', log, input, as);

/** The bytes on the server's disk, whole or not. */
async function stored(server: TestServer): Promise<readonly string[]> {
  const entries = await readdir(filesFolder(server.folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name));
}

async function keysOf(server: TestServer, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const [key] of server.store.range({ prefix })) keys.push(key);
  return keys;
}

describe('a file', () => {
  it('is uploaded, comes with an entry, and is shown to who may read the log', async () => {
    const server = await withRoom();
    const file = await upload(server, png, { name: 'Größe (1).png', type: 'image/png' });
    expect(file).toEqual({ id: file.id, name: 'Größe (1).png', type: 'image/png', size: png.length, width: 64, height: 48 });
    expect(await codeOf(await show(server, file, ben))).toBe('not_found');
    expect(await codeOf(await show(server, file))).toBe('200');

    const entry = await post(server, { text: '', attachments: [file.id] });
    expect(entry.attachments).toEqual([file]);
    const shown = await show(server, file, ben);
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(png);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(png.length),
      'content-disposition': "inline; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29.png",
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=31536000, immutable',
      etag: `"${file.id}"`,
    });
    const again = await server.fetch(`${log}/files/${file.id}`, { as: ben, headers: { 'if-none-match': `"${file.id}"` } });
    expect(again.status).toBe(304);
  });

  it('that is no picture is to be saved', async () => {
    const server = await withRoom();
    for (const [body, type, shownAs] of [
      ['Plain, ünd simple', 'text/plain', 'text/plain; charset=utf-8'],
      ['%PDF-1.7\n', undefined, 'application/pdf'],
      ['<script>alert(1)</script>', 'text/plain', 'text/plain; charset=utf-8'],
    ] as const) {
      const { headers } = await show(server, await upload(server, body, { type, name: 'a.html' }));
      expect(headers.get('content-type')).toBe(shownAs);
      expect(headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a.html");
    }
  });

  it('is taken for what its bytes say, and refused where that may not be attached', async () => {
    const server = await withRoom();
    for (const [body, type, name] of [
      ['<!doctype html><script>alert(1)</script>', 'image/png', 'proof.png'],
      ['<html></html>', 'text/html', 'proof.html'],
      ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'image/svg+xml', 'proof.svg'],
      ['<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml', 'proof.svg'],
      ['MZ\x90\0', 'text/plain', 'proof.exe'],
      ['no type at all', undefined, undefined],
    ] as const)
      expect(await codeOf(await send(server, body, { type, name }))).toBe('unsupported_media_type');
    expect(await stored(server)).toEqual([]);
  });

  it('of a page is sent as bytes where a log takes it', async () => {
    const config = defineConfig({
      collections: {
        rooms: collection({ fields: { messages: field.log({ attachments: { types: ['text/*', 'application/xml'] } }) } }),
      },
    });
    const server = await startServer({ config });
    await server.json('POST', '/records/rooms', { id: 'r' });
    for (const [body, type] of [
      ['<html></html>', 'text/html'],
      ['<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
    ]) {
      const { headers } = await show(server, await upload(server, body ?? '', { type }));
      expect(headers.get('content-type')).toBe('application/octet-stream');
      expect(headers.get('content-disposition')).toMatch(/^attachment;/);
    }
  });

  it('has the last step of a path for a name', async () => {
    const server = await withRoom();
    for (const [name, kept] of [
      ['../../../etc/passwd', 'passwd'],
      ['C:\\proofs\\menu.png', 'menu.png'],
      ['..', 'file'],
      ['evil\r\nset-cookie: a=b', 'evilset-cookie: a=b'],
      [undefined, 'file'],
    ] as const) {
      const file = await upload(server, png, { name });
      expect(file.name).toBe(kept);
      expect((await show(server, file)).status).toBe(200);
    }
    expect(await codeOf(await send(server, png, { name: 'x'.repeat(256) }))).toBe('bad_request');
    for (const id of ['..%2f..%2fstore', 'x', '%00', 'a'.repeat(32)])
      expect(await codeOf(await server.fetch(`${log}/files/${id}`, { as: ann }))).toBe('not_found');
  });

  it('is as large as the log allows, and its sender is told', async () => {
    const config = { ...logs, limits: { maxFileBytes: 100_000 } };
    const server = await withRoom({ config });
    const large = Buffer.concat([png, Buffer.alloc(3_000_000)]);
    const refused = await send(server, large);
    expect(refused.status).toBe(413);
    expect(((await refused.json()) as ErrorBody).error.message).toContain('100000');

    // Without a length nobody knows before it has come.
    const token = await tokenFor(ann);
    const answer = await new Promise<string>((resolve, reject) => {
      const sending = httpRequest(`${server.url}/api/v1${log}/files`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'transfer-encoding': 'chunked' },
      });
      sending.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(String(response.statusCode)));
      });
      sending.on('error', reject);
      sending.end(large);
    });
    expect(answer).toBe('413');
    expect(await stored(server)).toEqual([]);
    expect((await upload(server, png)).size).toBe(png.length);
  });

  it('that is cut off leaves nothing', async () => {
    const server = await withRoom();
    const token = await tokenFor(ann);
    const sending = httpRequest(`${server.url}/api/v1${log}/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-length': 1_000_000 },
    });
    sending.on('error', () => undefined);
    sending.write(png);
    await expect.poll(() => stored(server)).toHaveLength(1);
    sending.destroy();
    await expect.poll(() => stored(server)).toEqual([]);
    expect(await keysOf(server, 'file/')).toEqual([]);
  });

  it('may come with many others at once', async () => {
    const server = await withRoom();
    const bodies = Array.from({ length: 20 }, (_, i) => Buffer.concat([png, Buffer.alloc(50_000, i)]));
    const files = await Promise.all(bodies.map((body) => upload(server, body)));
    expect(new Set(files.map(({ id }) => id)).size).toBe(20);
    const shown = await Promise.all(files.map(async (file) => Buffer.from(await (await show(server, file)).arrayBuffer())));
    expect(shown.map((bytes, i) => bytes.equals(bodies[i] as Buffer))).toEqual(bodies.map(() => true));
  });

  it('is not uploaded beyond what may wait for entries, however many come at once', async () => {
    const config = { ...logs, limits: { maxLooseFileBytes: 100_000 } };
    const server = await withRoom({ config });
    const body = Buffer.concat([png, Buffer.alloc(40_000 - png.length)]);
    const answers = await Promise.all(Array.from({ length: 6 }, async () => await send(server, body)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeLessThanOrEqual(2);
    expect(await stored(server)).toHaveLength(made.length);
    const loose = await Promise.all(made.map(async (one) => (await one.json()) as LogAttachment));
    while (loose.length < 2) loose.push(await upload(server, body));
    expect(await codeOf(await send(server, body))).toBe('too_large');
    expect(await codeOf(await send(server, body, { as: ben }))).toBe('201');
    await post(server, { text: 'here', attachments: [loose[0]?.id] });
    expect(await codeOf(await send(server, body))).toBe('201');
  });

  it('takes its place among those that wait, also when it is empty', async () => {
    const server = await withRoom({ config: { ...logs, limits: { maxLooseFileBytes: 10_000 } } });
    const sent = { type: 'text/plain' };
    for (let round = 0; round < 2; round++) await upload(server, '', sent);
    expect(await codeOf(await send(server, '', sent))).toBe('too_large');
  });
});

describe('access to files', () => {
  it("is the log's to give", async () => {
    const server = await withRoom();
    const file = await upload(server, png);
    await post(server, { text: '', attachments: [file.id] }, ann);
    const cid: TestUser = { user: 'cid' };
    expect(await codeOf(await show(server, file, cid))).toBe('not_found');
    expect(await codeOf(await send(server, png, { as: cid }))).toBe('not_found');
    // Who leads may read, and does not belong to those who write.
    expect(await codeOf(await show(server, file, lead))).toBe('200');
    expect(await codeOf(await send(server, png, { as: lead }))).toBe('forbidden');
    expect(await codeOf(await show(server, file, { ...ann, account: 'other' }))).toBe('not_found');

    await server.json('PATCH', '/records/rooms/r', { members: ['ben'] }, lead);
    expect(await codeOf(await show(server, file, ann))).toBe('not_found');
    expect(await codeOf(await send(server, png, { as: ann }))).toBe('not_found');
    expect(await codeOf(await show(server, file, ben))).toBe('200');
    await server.json('DELETE', '/records/rooms/r', undefined, lead);
    expect(await codeOf(await show(server, file, ann))).toBe('not_found');
    expect(await codeOf(await show(server, file, ben))).toBe('record_deleted');
    expect(await codeOf(await send(server, png, { as: ben }))).toBe('record_deleted');
  });

  it("is the log's to give, still when the file has come", async () => {
    const server = await withRoom();
    const sending = httpRequest(`${server.url}/api/v1${log}/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokenFor(ann)}`, 'content-length': png.length + 1 },
    });
    const answer = new Promise<number | undefined>((resolve) => {
      sending.on('response', (response) => resolve(response.resume().statusCode));
    });
    sending.write(png);
    await expect.poll(() => stored(server)).toHaveLength(1);
    await server.json('PATCH', '/records/rooms/r', { members: ['ben'] }, lead);
    sending.end('x');
    expect(await answer).toBe(404);
    expect(await stored(server)).toEqual([]);
    expect(await keysOf(server, 'file/')).toEqual([]);
  });

  it('is not given by another log', async () => {
    const server = await withRoom();
    await server.json('POST', '/records/rooms', { id: 'other', members: ['ann'] }, lead);
    const file = await upload(server, png);
    expect(await codeOf(await server.fetch(`/records/rooms/other/messages/files/${file.id}`, { as: ann }))).toBe('not_found');
    const elsewhere = await server.fetch('/records/rooms/other/messages', {
      method: 'POST',
      as: ann,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: '', attachments: [file.id] }),
    });
    expect(await codeOf(elsewhere)).toBe('invalid_record');
  });

  it('is refused where nothing can be attached', async () => {
    const server = await withRoom();
    await server.json('POST', '/records/tickets', { id: 't', title: 'Menu' }, ann);
    expect(await codeOf(await send(server, png, { to: '/records/tickets/t/comments' }))).toBe('not_found');
  });
});

describe('an attached file', () => {
  const attach = async (server: TestServer, as: TestUser, input: object): Promise<string> =>
    await codeOf(
      await server.fetch(log, {
        method: 'POST',
        as,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      }),
    );

  it('was uploaded by the author of the entry, and belongs to that entry alone', async () => {
    const server = await withRoom();
    const file = await upload(server, png);
    expect(await attach(server, ben, { text: 'mine', attachments: [file.id] })).toBe('invalid_record');
    expect(await attach(server, ann, { text: 'x', attachments: ['..%2f'] })).toBe('invalid_record');
    const rivals = [1, 2, 3].map((i) => attach(server, ann, { id: `e${i}`, text: 'mine', attachments: [file.id] }));
    expect((await Promise.all(rivals)).toSorted()).toEqual(['201', 'invalid_record', 'invalid_record']);
  });

  it('belongs to one entry also where several come with it in one commit', async () => {
    const slow = gate();
    const server = await withRoom({ store: slow.store });
    const file = await upload(server, png);
    const release = slow.hold();
    let first: Promise<unknown> = Promise.resolve();
    await slow.reachedBy(() => {
      first = post(server, { text: 'ahead of them' });
    });
    const rivals = [1, 2, 3].map((i) => attach(server, ann, { id: `e${i}`, text: 'mine', attachments: [file.id] }));
    for (let round = 0; round < 5; round++) await show(server, file);
    release();
    await first;
    expect((await Promise.all(rivals)).toSorted()).toEqual(['201', 'invalid_record', 'invalid_record']);
  });

  it('is there once where its entry is sent twice', async () => {
    const server = await withRoom();
    const file = await upload(server, png);
    const input = { id: 'e1', text: 'once', attachments: [file.id] };
    expect(await attach(server, ann, input)).toBe('201');
    expect(await attach(server, ann, input)).toBe('200');
    expect(await attach(server, ann, { ...input, attachments: [(await upload(server, png)).id] })).toBe('entry_exists');
    expect((await show(server, file, ben)).status).toBe(200);
  });

  it('is erased with its entry, and with the record', async () => {
    const server = await withRoom();
    // The third is loose, and goes with the record as well.
    const [first, second] = await Promise.all([upload(server, png), upload(server, png), upload(server, png)]);
    await post(server, { id: 'e1', text: 'f/ words', attachments: [first.id] });
    await post(server, { id: 'e2', text: 'two f', attachments: [second.id] });
    await server.json('DELETE', `${log}/e1`, undefined, ann);
    expect(await codeOf(await show(server, first))).toBe('not_found');
    await expect.poll(() => stored(server)).toHaveLength(2);
    expect((await show(server, second)).status).toBe(200);

    await server.json('DELETE', '/records/rooms/r', undefined, lead);
    await server.json('POST', '/records/rooms/r/purge', undefined, lead);
    expect(await stored(server)).toEqual([]);
    expect(await keysOf(server, 'log/')).toEqual([]);
    expect(await keysOf(server, 'file/owner/')).toEqual([]);
  });
});

describe('the sweep', () => {
  const hour = 60 * 60 * 1000;
  const patient: TestUser = { ...ann, expiresIn: 48 * 60 * 60 };

  /** Takes from an uploaded file what says that it is one, as if the process had ended before. */
  async function forget(server: TestServer, { id }: LogAttachment): Promise<void> {
    const keys = [...(await keysOf(server, 'log/')), ...(await keysOf(server, 'file/'))].filter((key) => key.endsWith(id));
    await server.store.commit([], (tx) => keys.forEach((key) => tx.delete(key)));
  }

  it('removes what no entry has come for within a day, and bytes that nobody needs', async () => {
    const clock = handClock();
    const server = await withRoom({ clock });
    const [kept, left, orphan] = await Promise.all([upload(server, png), upload(server, png), upload(server, png)]);
    await post(server, { text: '', attachments: [kept.id] });
    await forget(server, orphan);
    await writeFile(join(filesFolder(server.folder), 'incoming', '0'.repeat(32)), png);
    expect(await stored(server)).toHaveLength(4);

    clock.advance(25 * hour);
    await expect.poll(() => stored(server)).toHaveLength(1);
    expect(await codeOf(await show(server, left, patient))).toBe('not_found');
    expect((await show(server, kept, patient)).status).toBe(200);
    expect(await keysOf(server, 'file/loose/')).toEqual([]);
    expect(await keysOf(server, 'file/owner/')).toEqual([`file/owner/${kept.id}`]);
  });

  it('leaves what may still be needed', async () => {
    const clock = handClock();
    const server = await withRoom({ clock });
    const [loose, orphan] = await Promise.all([upload(server, png), upload(server, png)]);
    await forget(server, orphan);
    const unfinished = join(filesFolder(server.folder), 'incoming', '0'.repeat(32));
    await writeFile(unfinished, png);
    const soon = (clock.now() + 22.5 * hour) / 1000;
    for (const path of await stored(server)) if (!path.endsWith(loose.id)) await utimes(path, soon, soon);

    clock.advance(23 * hour);
    // It waits for a sweep that is under way.
    await server.stop();
    expect(await stored(server)).toHaveLength(3);
  });
});
