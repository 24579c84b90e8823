import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { errorTable, type ErrorBody, type ErrorCode } from '@concord/protocol';
import config from '../kit/concord.config.ts';
import { tokenFor } from '../kit/tokens.ts';
import { startWatched, type WatchedServer } from './watched-server.ts';

const limits = { maxBodyBytes: 64 * 1024, maxJsonDepth: 32, maxBatchRecords: 10 };
const json = 'application/json';
const path = '/records/everything';

type Wrong = readonly [what: string, code: ErrorCode, body: string | Uint8Array<ArrayBuffer>, type?: string];
const wrong: readonly Wrong[] = [
  ['too deep', 'too_large', `{"meta":${'['.repeat(40)}${']'.repeat(40)}}`],
  ['far too deep', 'too_large', '['.repeat(60_000)],
  ['too large', 'too_large', JSON.stringify({ name: 'x'.repeat(70_000) })],
  ['a list too large', 'too_large', `{"lines":[${'{},'.repeat(30_000)}{}]}`],
  ['cut', 'invalid_json', '{"name":"x'],
  ['nothing', 'invalid_json', ''],
  ['only space', 'invalid_json', '   '],
  ['two values', 'invalid_json', '{}{}'],
  ['a comment', 'invalid_json', '{/* x */}'],
  ['NaN', 'invalid_json', '{"count":NaN}'],
  ['a byte order mark in the middle', 'invalid_json', '{"name":\uFEFF"x"}'],
  ['not UTF-8', 'invalid_json', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)],
  ['the key __proto__', 'invalid_json', '{"__proto__":{"name":"x"}}'],
  ['the key __proto__, in a value', 'invalid_json', '{"meta":{"__proto__":1}}'],
  ['the key __proto__, escaped', 'invalid_json', '{"meta":{"\\u005f_proto__":1}}'],
  ['the key constructor at the top of a value', 'invalid_record', '{"meta":{"constructor":1}}'],
  [
    'an attribute with the key constructor',
    'invalid_record',
    '{"rich":{"type":"doc","content":[{"type":"p","attrs":{"x":{"constructor":1}}}]}}',
  ],
  ['the key constructor', 'invalid_record', '{"constructor":{"prototype":{}}}'],
  ['the key toString', 'invalid_record', '{"toString":"x"}'],
  ['no object', 'invalid_record', '[]'],
  ['a string', 'invalid_record', '"x"'],
  ['null', 'invalid_record', 'null'],
  ['an infinite number', 'invalid_record', '{"count":1e999}'],
  ['an infinite number in a value', 'invalid_record', '{"meta":{"a":[1e999]}}'],
  ['a lone surrogate', 'invalid_record', '{"name":"\\ud800"}'],
  ['a lone surrogate in a text', 'invalid_record', '{"body":"a\\udc00b"}'],
  ['a lone surrogate in a key', 'invalid_record', '{"meta":{"\\ud800":1}}'],
  ['a lone surrogate in a set', 'invalid_record', '{"tags":["\\ud800"]}'],
  ['a field that is not there', 'invalid_record', '{"nothing":1}'],
  ['a field of the server', 'invalid_record', '{"version":7}'],
  ['a row of another shape', 'invalid_record', '{"lines":[{"item":{}}]}'],
  ['rich text that is none', 'invalid_record', '{"rich":{"type":"doc","content":[{"type":7}]}}'],
  ['a counter that overflows', 'invalid_record', '{"votes":1e300}'],
  ['a date that is none', 'invalid_record', '{"due":"2026-02-30"}'],
  ['a reference to nowhere', 'invalid_record', '{"parent":"../x"}'],
  ['a form', 'unsupported_media_type', 'name=x', 'application/x-www-form-urlencoded'],
  ['text', 'unsupported_media_type', '{}', 'text/plain'],
  ['a type that is none', 'unsupported_media_type', '{}', 'x'],
  ['multipart', 'unsupported_media_type', '{}', 'multipart/form-data; boundary=x'],
];

describe.each(['POST', 'PATCH'] as const)('%s', (method) => {
  it('refuses each body that is wrong, by name, and changes nothing', async () => {
    const server = await startWatched({ config: { ...config, limits } });
    await server.json('POST', path, { id: 'e1', name: 'as it was' });
    const before = await server.json('GET', `${path}/e1`);
    for (const [what, code, body, type = json] of wrong) {
      const answer = await server.fetch(method === 'POST' ? path : `${path}/e1`, {
        method,
        body,
        headers: { 'content-type': type },
      });
      expect(await codeOf(answer), what).toBe(code);
      expect(answer.status).toBe(errorTable[code].http);
    }
    expect(await server.json('GET', path)).toMatchObject({ items: [before] });
    server.expectNoFaults();
  });
});

it('takes the last of two keys, and a name of any object as a key within a value', async () => {
  const server = await startWatched();
  const body = '{"id":"e1","name":"first","name":"last","meta":{"in":{"constructor":1},"toString":{"prototype":2}}}';
  const answer = await server.fetch(path, { method: 'POST', body, headers: { 'content-type': json } });
  expect(await answer.json()).toMatchObject({ name: 'last', meta: { in: { constructor: 1 }, toString: { prototype: 2 } } });
  expect(({} as Record<string, unknown>)['prototype']).toBeUndefined();
});

it.each<readonly [what: string, code: ErrorCode, method: string, body: unknown]>([
  ['no list', 'bad_request', 'POST', {}],
  ['a list of its own', 'bad_request', 'POST', []],
  ['one too many', 'too_large', 'POST', { records: Array.from({ length: 11 }, () => ({})) }],
  ['a hole', 'invalid_record', 'POST', { records: [{ name: 'good' }, null] }],
  ['an item that is wrong', 'invalid_record', 'POST', { records: [{ name: 'good' }, { name: 7 }] }],
  ['the same id twice', 'bad_request', 'POST', { records: [{ id: 'a' }, { id: 'a' }] }],
  ['one that is there', 'record_exists', 'POST', { records: [{ id: 'b' }, { id: 'e1' }] }],
  ['no id', 'bad_request', 'PATCH', { records: [{ name: 'x' }] }],
  ['a version that is none', 'bad_request', 'PATCH', { records: [{ id: 'e1', version: '1', name: 'x' }] }],
  ['another version', 'version_mismatch', 'PATCH', { records: [{ id: 'e1', version: 9, name: 'x' }] }],
  [
    'one that is not there',
    'not_found',
    'PATCH',
    {
      records: [
        { id: 'e1', name: 'x' },
        { id: 'none', name: 'x' },
      ],
    },
  ],
  ['ids that are none', 'bad_request', 'DELETE', { ids: [7] }],
  ['one that is not there, and one that is', 'not_found', 'DELETE', { ids: ['e1', 'none'] }],
])('refuses a batch with %s as a whole: %s', async (_what, code, method, body) => {
  const server = await startWatched({ config: { ...config, limits } });
  await server.json('POST', path, { id: 'e1', name: 'as it was' });
  const before = await server.json('GET', path);
  const answer = await server.fetch(`${path}/batch`, { method, body: JSON.stringify(body), headers: { 'content-type': json } });
  expect(await codeOf(answer)).toBe(code);
  const { items } = await server.json('GET', path);
  expect(items).toEqual(before['items']);
  server.expectNoFaults();
});

it('refuses each parameter that makes no sense, naming it', async () => {
  const server = await startWatched();
  await server.json('POST', path, { id: 'e1', name: 'x' });
  const pages = [
    'x',
    '!!!',
    page(null),
    page({ id: 'a\0b' }),
    page({ id: '\uD800' }),
    page({ id: 7 }),
    page([]),
    'x'.repeat(5000),
  ];
  const cases: readonly (readonly [path: string, field: string, codes: readonly ErrorCode[]])[] = [
    ...['0', '-1', '1.5', 'x', '', '1e3', '1001', '9'.repeat(400), ' 5'].flatMap((value) => [
      [`${path}?limit=${value}`, 'limit', ['bad_request']] as const,
      [`/changes?limit=${value}`, 'limit', ['bad_request']] as const,
    ]),
    ...['-1', '1.5', 'x', '', '1e3', '55001', '9'.repeat(400)].map(
      (value) => [`/changes?feed=longpoll&timeout=${value}`, 'timeout', ['bad_request']] as const,
    ),
    ...pages.flatMap((value) => [
      [`${path}?page=${encodeURIComponent(value)}`, 'page', ['bad_request', 'invalid_cursor']] as const,
      [`${path}?sort=name&page=${encodeURIComponent(value)}`, 'page', ['bad_request', 'invalid_cursor']] as const,
    ]),
    ...['nothing', '__proto__', '', ',', '-', '--name', 'name,name', 'name,-name', 'meta', 'rich', 'x'.repeat(2000)].map(
      (value) => [`${path}?sort=${value}`, 'sort', ['invalid_sort']] as const,
    ),
    [`${path}?fields=nothing`, 'nothing', ['bad_request']],
    [`${path}?fields=__proto__`, '__proto__', ['bad_request']],
    [`${path}?fields=`, '', ['bad_request']],
    [`${path}/e1?fields=name,constructor`, 'constructor', ['bad_request']],
    [`${path}/e1?richText=pdf`, 'richText', ['bad_request']],
    [`${path}?total=perhaps`, 'total', ['bad_request']],
    [`${path}?limit=1&limit=2`, 'limit', ['bad_request']],
    ['/changes?feed=carrier-pigeon', 'feed', ['bad_request']],
    ['/changes?collections=tickets:explode', 'collections', ['bad_request']],
    ['/changes?since=0&since=now', 'since', ['bad_request']],
  ];
  for (const [at, field, codes] of cases) {
    const answer = await server.fetch(at);
    const { error } = (await answer.json()) as ErrorBody;
    expect(codes, at.slice(0, 80)).toContain(error.code);
    expect(error.field === undefined ? error.message : error.field, at.slice(0, 80)).toContain(field);
  }
  for (const at of [`${path}?flter=x`, '/changes?colection=tickets', `${path}/e1?filter=x`])
    expect(await codeOf(await server.fetch(at))).toBe('bad_request');
  server.expectNoFaults();
});

it('refuses a condition that is none', async () => {
  const server = await startWatched();
  await server.json('POST', path, { id: 'e1', name: 'x' });
  for (const tag of ['1', 'x', '""', '"x"', '"-1"', '"1", "2"', '"01"', `"${'9'.repeat(400)}"`, "'1'", '*, "1"']) {
    const init = { method: 'PATCH', body: '{"name":"y"}', headers: { 'content-type': json, 'if-match': tag } };
    expect(await codeOf(await server.fetch(`${path}/e1`, init)), tag).toBe('bad_request');
  }
  expect(await server.json('GET', `${path}/e1`)).toMatchObject({ version: 1 });
});

it('refuses what is no request, or one with headers beyond all bounds, and answers the next', async () => {
  const server = await startWatched();
  const token = await tokenFor();
  const head = (line: string): string => `${line}\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
  const cases: readonly (readonly [sent: string, status: number])[] = [
    ['hello\r\n\r\n', 400],
    ['\0\x01\x02\r\n\r\n', 400],
    [`${head('GET /api/v1/auth/me HTTP/1.1')}x: ${'y'.repeat(20_000)}\r\n\r\n`, 413],
    [`${head(`GET /api/v1/records/${'y'.repeat(20_000)} HTTP/1.1`)}\r\n`, 413],
    [`${head('POST /api/v1/records/notes HTTP/1.1')}content-type: ${json}\r\ncontent-length: -5\r\n\r\n`, 400],
    [`${head('POST /api/v1/records/notes HTTP/1.1')}content-type: ${json}\r\ncontent-length: 99999999999\r\n\r\n`, 413],
    [`${head('POST /api/v1/records/notes HTTP/1.1')}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`, 400],
    [`${head('BREW /api/v1/records/notes HTTP/1.1')}\r\n`, 400],
  ];
  for (const [sent, status] of cases) {
    const before = server.log.length;
    const answer = await exchange(server, sent);
    expect(answer, sent.slice(0, 60)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('"code":"');
    expect(server.log.slice(before)).toHaveLength(1);
  }
  expect((await server.fetch('/auth/me')).status).toBe(200);
  server.expectNoFaults();
});

function page(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as ErrorBody).error?.code;
}

/** Sends bytes as they are. Resolves with what has come back once an answer is whole or the connection ends. */
async function exchange(server: WatchedServer, sent: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return await new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(sent));
    socket.on('data', (chunk) => {
      received += chunk.toString();
      if (received.includes('}}')) socket.destroy();
    });
    socket.on('error', reject).on('close', () => resolve(received));
  });
}
