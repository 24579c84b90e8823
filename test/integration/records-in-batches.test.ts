import { describe, expect, it } from 'vitest';
import type { ChangesPage, ErrorBody, RecordView } from '@concord/protocol';
import { connected, flushed } from '../kit/providers.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const path = '/records/tickets/batch';

interface Items {
  readonly items: readonly RecordView[];
}

async function batch(server: TestServer, method: string, body: unknown): Promise<[status: number, said: unknown]> {
  const response = await server.fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status === 204) return [204, await response.text()];
  const answer = (await response.json()) as Items | ErrorBody;
  return [response.status, 'error' in answer ? [answer.error.code, answer.error.field] : answer.items];
}

/** Everything a batch could have left behind. */
async function state(server: TestServer): Promise<unknown> {
  const { items } = await server.json<Items>('GET', '/records/tickets?limit=1000');
  const { results } = await server.json<ChangesPage>('GET', '/changes?since=0&limit=1000');
  return { items, results };
}

async function withRecords(): Promise<TestServer> {
  const server = await startServer();
  await server.json('POST', path, { records: ['a', 'b', 'c'].map((id) => ({ id, title: id })) });
  return server;
}

describe('a batch', () => {
  it('creates, changes and deletes many, in the order given, each with its event', async () => {
    const server = await withRecords();
    const [, changed] = await batch(server, 'PATCH', {
      records: [
        { id: 'c', status: 'closed' },
        { id: 'a', version: 1, estimate: 3 },
      ],
    });
    expect(changed).toMatchObject([
      { id: 'c', status: 'closed', version: 2 },
      { id: 'a', estimate: 3, version: 2 },
    ]);
    expect(await batch(server, 'DELETE', { ids: ['b', 'c'] })).toEqual([204, '']);
    const { items } = await server.json<Items>('GET', '/records/tickets');
    expect(items.map(({ id }) => id)).toEqual(['a']);
    const { results } = await server.json<ChangesPage>('GET', '/changes?since=0');
    expect(results.map(({ type, record, version }) => `${type} ${record} ${version}`)).toEqual([
      'tickets.create a 1',
      'tickets.create b 1',
      'tickets.create c 1',
      'tickets.update c 2',
      'tickets.update a 2',
      'tickets.delete b 2',
      'tickets.delete c 3',
    ]);
  });

  it('does nothing at all where one of its items cannot be', async () => {
    const server = await withRecords();
    await server.json('DELETE', '/records/tickets/c');
    const before = await state(server);
    const refused: readonly (readonly [
      method: string,
      body: unknown,
      status: number,
      code: string,
      field: string | undefined,
    ])[] = [
      ['POST', { records: [{ title: 'new' }, { title: 7 }] }, 422, 'invalid_record', 'records.1.title'],
      ['POST', { records: [{ title: 'new' }, { estimate: 7 }] }, 422, 'invalid_record', 'records.1.title'],
      [
        'POST',
        {
          records: [
            { id: 'new', title: 'x' },
            { id: 'a', title: 'y' },
          ],
        },
        409,
        'record_exists',
        'records.1.id',
      ],
      [
        'POST',
        {
          records: [
            { id: 'new', title: 'x' },
            { id: 'new', title: 'y' },
          ],
        },
        400,
        'bad_request',
        'records.1.id',
      ],
      ['POST', { records: [{ title: 'x' }, 'y'] }, 422, 'invalid_record', 'records.1'],
      ['POST', { records: Array.from({ length: 101 }, () => ({ title: 'x' })) }, 413, 'too_large', 'records'],
      ['POST', { items: [] }, 400, 'bad_request', 'records'],
      [
        'PATCH',
        {
          records: [
            { id: 'a', title: 'x' },
            { id: 'none', title: 'y' },
          ],
        },
        404,
        'not_found',
        'records.1',
      ],
      [
        'PATCH',
        {
          records: [
            { id: 'a', title: 'x' },
            { id: 'c', title: 'y' },
          ],
        },
        410,
        'record_deleted',
        'records.1',
      ],
      [
        'PATCH',
        {
          records: [
            { id: 'a', title: 'x' },
            { id: 'b', title: 'y', version: 7 },
          ],
        },
        412,
        'version_mismatch',
        'records.1',
      ],
      [
        'PATCH',
        {
          records: [
            { id: 'a', title: 'x' },
            { id: 'b', nope: 1 },
          ],
        },
        422,
        'invalid_record',
        'records.1.nope',
      ],
      ['PATCH', { records: [{ id: 'a', title: 'x' }, { title: 'y' }] }, 400, 'bad_request', 'records.1.id'],
      ['DELETE', { ids: ['a', 'none'] }, 404, 'not_found', 'ids.1'],
      ['DELETE', { ids: ['a', 'c'] }, 410, 'record_deleted', 'ids.1'],
      ['DELETE', { ids: ['a', 'a'] }, 400, 'bad_request', 'ids.1'],
      ['DELETE', { ids: ['a', 7] }, 400, 'bad_request', 'ids.1'],
    ];
    for (const [method, body, status, code, field] of refused) {
      expect(await batch(server, method, body), JSON.stringify(body).slice(0, 100)).toEqual([status, [code, field]]);
    }
    expect(await state(server)).toEqual(before);
  });

  it('with nothing in it does nothing', async () => {
    const server = await withRecords();
    const before = await state(server);
    expect(await batch(server, 'POST', { records: [] })).toEqual([201, []]);
    expect(await batch(server, 'PATCH', { records: [] })).toEqual([200, []]);
    expect(await batch(server, 'DELETE', { ids: [] })).toEqual([204, '']);
    expect(await state(server)).toEqual(before);
  });

  it('[F1] is one step: batches on the same records at once neither mix nor wait for each other forever', async () => {
    const server = await withRecords();
    const orders = [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['b', 'a', 'c'],
    ];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        batch(server, 'PATCH', { records: orders[index % 3]?.map((id) => ({ id, title: `round ${index}` })) }),
      ),
    );
    expect(answers.every(([status]) => status === 200)).toBe(true);
    const { items } = await server.json<Items>('GET', '/records/tickets');
    expect(new Set(items.map((item) => item['title'])).size).toBe(1);
    expect(items.map(({ version }) => version)).toEqual([31, 31, 31]);
    const { results } = await server.json<ChangesPage>('GET', '/changes?since=0&limit=1000');
    const titles = results.slice(3).map(({ data }) => data?.['title']);
    for (let at = 0; at < titles.length; at += 3) expect(new Set(titles.slice(at, at + 3)).size).toBe(1);
  });

  it('closes open quiet periods first, also where it is refused then', async () => {
    const server = await withRecords();
    const ann = await connected(server, 'acme/tickets/b', { as: { user: 'ann' } });
    ann.document.getText('body').insert(0, 'typed');
    await flushed(ann);
    const [status] = await batch(server, 'PATCH', {
      records: [
        { id: 'a', title: 'x' },
        { id: 'b', title: 'y', version: 1 },
      ],
    });
    expect(status).toBe(412);
    const { results } = await server.json<ChangesPage>('GET', '/changes?since=0');
    expect(results.slice(3)).toMatchObject([{ type: 'tickets.update', record: 'b', changed: ['body'], actors: ['ann'] }]);
  });
});
