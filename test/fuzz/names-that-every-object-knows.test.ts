import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { flushed } from '../kit/providers.ts';
import { until } from '../kit/until.ts';
import { frames } from '../kit/raw-client.ts';
import { endpoints, openOn, startNeighbour, startWatched, type WatchedServer } from './watched-server.ts';

/** By one of these a prototype is reached, or a method is hidden. */
const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'then'];
const document = 'acme/everything/e1';
const poison = { polluted: true, admin: true, roles: ['admin'], prototype: { polluted: true } };

/** Every kind of object still has what it had, and nothing else. */
function expectClean(): void {
  for (const thing of [{}, [], () => 0, '', 0, new Map()])
    expect(
      (thing as unknown as Record<string, unknown>)['polluted'] ?? (thing as unknown as Record<string, unknown>)['admin'],
    ).toBe(undefined);
  expect(Object.keys(Object.prototype)).toEqual([]);
}

async function send(server: WatchedServer, method: string, path: string, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await server.fetch(path, { method, body, headers, as: { roles: ['member', 'admin'] } });
  const text = await answer.text();
  expect(answer.status, `${method} ${path} ${body.slice(0, 80)}: ${text}`).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  return (JSON.parse(text) as { error: { code: string } }).error.code;
}

/** Not by JSON.stringify, which would leave out what is no property of its own. */
const keyed = (name: string, value: unknown): string => `{${JSON.stringify(name)}:${JSON.stringify(value)}}`;

it.each(names)('is refused as a field of every body, alone, in a row, in a batch, and nothing changes: %s', async (name) => {
  const server = await startWatched();
  await server.json('POST', '/records/everything', { id: 'e1', name: 'as it was' });
  const before = await server.json('GET', '/records/everything');
  const item = keyed(name, poison);
  const bodies: readonly (readonly [method: string, path: string, body: string])[] = [
    ['POST', '/records/everything', item],
    ['PATCH', '/records/everything/e1', item],
    ['PATCH', '/records/everything/e1', `{"lines":[${item}]}`],
    ['PATCH', '/records/everything/e1', `{"rich":{"type":"doc","content":[{"type":"p","attrs":${item}}],${item.slice(1)}}`],
    ['PATCH', '/records/everything/e1', `{"votes":${item}}`],
    ['POST', '/records/everything/batch', `{"records":[{"name":"good"},${item}]}`],
    ['PATCH', '/records/everything/batch', `{"records":[{"id":"e1",${item.slice(1)}]}`],
    ['DELETE', '/records/everything/batch', item],
    ['POST', '/users', `{"id":"eve","password":"a long one indeed",${item.slice(1)}`],
    ['POST', '/api-keys', `{"name":"k",${item.slice(1)}`],
    ['POST', '/auth/login', item],
    ['POST', '/auth/refresh', item],
  ];
  const refusals = ['invalid_json', 'invalid_record', 'bad_request', 'unauthenticated'];
  for (const [method, path, body] of bodies) expect(refusals, body).toContain(await send(server, method, path, body));
  expect(await server.json('GET', '/records/everything')).toEqual(before);
  expectClean();
  server.expectNoFaults();
});

it.each(names)('is refused as a parameter, and as the name of a field in one: %s', async (name) => {
  const server = await startWatched();
  await server.json('POST', '/records/everything', { id: 'e1', name: 'as it was' });
  const queries = [
    `${name}=x`,
    `${name}[polluted]=true`,
    `filter=${name} = 'x'`,
    `filter=${name}.polluted = true`,
    `sort=${name}`,
    `sort=-${name}`,
    `fields=${name}`,
    `richText=${name}`,
  ];
  for (const query of queries) {
    const answer = await server.fetch(`/records/everything?${encodeURI(query)}`);
    expect(answer.status, query).toBe(400);
  }
  for (const query of [
    `collections=${name}`,
    `collections=everything:${name}`,
    `collections=everything&filter=${name} = 1`,
    `feed=${name}`,
  ]) {
    const answer = await server.fetch(`/changes?since=0&${encodeURI(query)}`);
    expect([400, 404], query).toContain(answer.status);
  }
  expectClean();
  server.expectNoFaults();
});

describe.each(endpoints)('on /%s', (endpoint) => {
  it.each(names)('is no key of a document that anybody sees or that changes an object: %s', async (name) => {
    const server = await startWatched();
    const neighbour = await startNeighbour(server, document);
    await neighbour.edit();
    const { client, address } = await openOn(endpoint, server, document);
    const eve = new Y.Doc();
    eve.getMap('fields').set(name, { polluted: true });
    eve.getMap('fields').set('meta', { inner: 1 });
    const row = new Y.Map<unknown>();
    row.set(name, { polluted: true });
    row.set('item', 'good');
    eve.getArray('lines').push([row]);
    eve.getMap('tags').set(name, { polluted: true });
    eve.getMap('votes').set(name, 1);
    const node = new Y.XmlElement('paragraph');
    node.setAttribute(name, 'of any name');
    eve.getXmlFragment('rich').push([node]);
    eve.getText('body').insert(0, 'typed', { [name]: { polluted: true } });
    client.send(frames.update(address, Y.encodeStateAsUpdate(eve)));
    // A root of that name is no root of the collection.
    const other = new Y.Doc();
    other.getMap(`${name}x`).set('polluted', true);
    client.send(frames.update(address, Y.encodeStateAsUpdate(other)));
    await client.settled();
    await flushed(neighbour.provider);
    await neighbour.edit();

    const view = await until('the view', async () => {
      const answer = await server.fetch('/records/everything/e1');
      return answer.ok && ((await answer.json()) as Record<string, unknown>);
    });
    expect(Object.keys(view)).not.toContain(name);
    expect(JSON.stringify(view)).not.toContain('"polluted"');
    expect(neighbour.provider.document.getMap('fields').has(name)).toBe(false);
    expectClean();
    server.expectNoFaults();
  });
});

it('is a key like any other within a JSON value where it does no harm, and is answered as it was sent', async () => {
  const server = await startWatched();
  const meta = { in: { constructor: { prototype: { polluted: true } }, toString: 1 } };
  await server.json('POST', '/records/everything', { id: 'e1', meta });
  expect(await server.json('GET', '/records/everything/e1')).toMatchObject({ meta });
  expectClean();
  server.expectNoFaults();
});
