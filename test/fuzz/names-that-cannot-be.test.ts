import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { errorTable, type ErrorBody } from '@concord/protocol';
import { frames, openRaw, openRawYjs } from '../kit/raw-client.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { startWatched, type WatchedServer } from './watched-server.ts';

/** What people, and those who mean no good, put where an id belongs. */
const oddIds = [
  '..',
  '.',
  '../../etc/passwd',
  '..%2f..%2f',
  'a/b/c/d/e',
  '%2F',
  '%00',
  'a\0b',
  '\u0001',
  'a b',
  ' a',
  'a\n',
  'Ω',
  'кот',
  '記録',
  'مرحبا',
  '🐈',
  '\u202Ea',
  'a\u200Fb',
  '\uFEFFa',
  'e\u0301',
  'K\u212A',
  '-a',
  '_a',
  'a.b',
  'a:b',
  "a'b",
  'a"b',
  'a\\b',
  '__proto__',
  'constructor.prototype',
  'batch',
  'a'.repeat(129),
  'x'.repeat(10_240),
] as const;

/** Names that objects know without being told. */
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'] as const;

describe('a document name that cannot be', () => {
  const names = [
    ...oddIds.map((id) => `acme/notes/${id}`),
    ...oddIds.map((id) => `acme/${id}/n1`),
    ...oddIds.map((id) => `${id}/notes/n1`),
    ...inherited,
    '',
    '/',
    'acme/notes',
    'acme/notes/',
    '/acme/notes/n1',
    'acme//n1',
    'acme/notes/n1/',
    'acme/notes/n1/part/more',
    'acme/notes/n1/messages.01',
  ].filter((name) => !name.includes('\0'));

  it('is refused on /sync by name, in one line of the log, and the socket goes on', async () => {
    const server = await startWatched();
    const client = await openRaw(server);
    const token = await tokenFor();
    // The last is for what comes behind a name that is too long to be remembered.
    const reasons = ['invalid_name', 'not_found', 'unauthenticated'];
    for (const name of names) {
      // There, it is the presence of that collection.
      if (name === 'acme/notes') continue;
      const before = server.log.length;
      client.received.length = 0;
      client.send(frames.token(name, token));
      await until(`the refusal of ${name.slice(0, 40)}`, () => client.received.length === 1);
      client.send(frames.step1(name));
      await until('the refusal of the next frame', () => client.received.length === 2);
      for (const frame of client.received) {
        expect(frame).toMatchObject({ kind: 'denied' });
        expect(reasons, name.slice(0, 40)).toContain('text' in frame && frame.text);
      }
      // One line for each of the two frames.
      expect(server.log.slice(before), name.slice(0, 40)).toHaveLength(2);
    }
    client.send(frames.token('acme/notes/n1', token), frames.step1('acme/notes/n1'));
    await until('a good one to be open', () => client.kinds('acme/notes/n1').includes('step2'));
    server.expectNoFaults();
  });

  it('is refused on /yjs with a code that the client does not try again after', async () => {
    const server = await startWatched();
    const spelled = names.flatMap((name) => [encodeURIComponent(name), encodeURI(name).replaceAll('#', '%23')]);
    for (const path of new Set([...spelled, '%', '%ff', 'acme/notes/%00', 'acme%2Fnotes%2Fn1%2F..'])) {
      // Of `..` as it is, the client itself makes another path.
      if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) continue;
      const before = server.log.length;
      const client = await openRawYjs(server, path);
      const { code, reason } = await client.ended();
      expect(['invalid_name', 'not_found'], path.slice(0, 60)).toContain(reason);
      expect(code).toBe(errorTable[reason as 'not_found'].close);
      expect(server.log.slice(before)).toEqual([expect.objectContaining({ code: reason })]);
    }
    server.expectNoFaults();
  });

  it("tells no more of another account's than of one that is not there", async () => {
    const server = await startWatched();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'A secret' }, { account: 'other' });
    const client = await openRaw(server);
    const token = await tokenFor();
    const answers = [
      'other/tickets/t1',
      'other/tickets/t2',
      'acme/tickets/t1',
      'acme/secrets/t1',
      'acme/nothing/t1',
      'acme/notes/n1/part',
    ];
    for (const name of answers) client.send(frames.token(name, token));
    await until('all refusals', () => client.received.length === answers.length);
    expect(client.received).toEqual(
      expect.arrayContaining(answers.map((document) => ({ document, kind: 'denied', text: 'not_found' }))),
    );
    server.expectNoFaults();
  });
});

describe('an id, or a collection, that cannot be', () => {
  it('answers in a path as one that does not exist', async () => {
    const server = await startWatched();
    const missing = await refusal(server, 'GET', '/records/tickets/none');
    for (const id of [...oddIds.filter((odd) => odd !== 'batch'), ...inherited]) {
      for (const path of [`/records/tickets/${encodeURIComponent(id)}`, `/records/${encodeURIComponent(id)}/t1`]) {
        for (const method of ['GET', 'PATCH', 'DELETE']) {
          expect(await refusal(server, method, path), `${method} ${path.slice(0, 60)}`).toEqual(missing);
        }
      }
      expect(await refusal(server, 'POST', `/records/tickets/${encodeURIComponent(id)}/restore`)).toEqual(missing);
    }
    server.expectNoFaults();
  });

  it('is refused in a path that is no path', async () => {
    const server = await startWatched();
    for (const path of ['/records/tickets/%', '/records/tickets/%ff', '/records/%e0%a4%a/t1']) {
      expect(await refusal(server, 'GET', path)).toEqual({ status: 400, code: 'bad_request' });
    }
    expect(await refusal(server, 'GET', '/records/tickets/../../../../etc/passwd')).toEqual({ status: 404, code: 'not_found' });
    server.expectNoFaults();
  });

  it('is refused in a body, alone or in a batch, and nothing is made', async () => {
    const server = await startWatched();
    for (const id of [...oddIds, '', ' ', null, 7, {}, [], true, '\uD800']) {
      const single = await refusal(server, 'POST', '/records/tickets', { id, title: 'x' });
      expect(single, String(id).slice(0, 40)).toEqual({ status: 400, code: 'invalid_name', field: 'id' });
      const many = await refusal(server, 'POST', '/records/tickets/batch', { records: [{ title: 'good' }, { id, title: 'x' }] });
      expect(many).toEqual({ status: 400, code: 'invalid_name', field: 'records.1.id' });
      const removed = await refusal(server, 'DELETE', '/records/tickets/batch', { ids: [id] });
      expect(['not_found', 'bad_request']).toContain(removed.code);
      expect(removed.field).toBe('ids.0');
    }
    expect(await server.json('GET', '/records/tickets')).toMatchObject({ items: [] });
    server.expectNoFaults();
  });

  it('is refused as what to be told the changes of', async () => {
    const server = await startWatched();
    for (const name of [...oddIds, ...inherited, '']) {
      const collections = await refusal(server, 'GET', `/changes?collections=${encodeURIComponent(name)}`);
      expect(['bad_request', 'not_found'], name.slice(0, 40)).toContain(collections.code);
      expect(collections.field).toBe('collections');
      if (/^[a-z]+$/i.test(name) && name !== 'batch') continue;
      const record = await refusal(server, 'GET', `/changes?record=${encodeURIComponent(name)}`);
      expect(record, name.slice(0, 40)).toEqual({ status: 400, code: 'invalid_name', field: 'record' });
    }
    expect(await refusal(server, 'GET', '/changes?collections=secrets')).toEqual(
      await refusal(server, 'GET', '/changes?collections=nothing'),
    );
    server.expectNoFaults();
  });
});

/** How a request was refused. By node:http, which sends the path as it is. */
async function refusal(
  server: WatchedServer,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly code: string; readonly field?: string }> {
  const text = method === 'GET' ? undefined : JSON.stringify(body ?? {});
  const headers = {
    authorization: `Bearer ${await tokenFor()}`,
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  return await new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const sent = request({ hostname, port, method, path: `/api/v1${path}`, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { error } = JSON.parse(Buffer.concat(chunks).toString()) as ErrorBody;
        const { code, field } = error;
        resolve({ status: response.statusCode ?? 0, code, ...(field === undefined ? {} : { field }) });
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
