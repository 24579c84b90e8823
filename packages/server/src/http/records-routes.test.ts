import { ConcordError, errorTable, type RecordView } from '@concord/protocol';
import { collection, compileConfig, defineConfig, field } from '@concord/schema';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.ts';
import { createMetrics } from '../metrics.ts';
import type { BatchItem, Condition, ListQuery, Records } from '../records/records.ts';
import { addAuthRoutes } from './auth-routes.ts';
import { createAccess } from '../access/access.ts';
import { createHttp } from './create-http.ts';
import { addOperationsRoutes } from './operations-routes.ts';
import { addRecordsRoutes } from './records-routes.ts';

const config = defineConfig({
  collections: {
    tickets: collection({
      fields: {
        title: field.string({ max: 20, required: true }),
        status: field.enum(['open', 'closed'], { default: 'open' }),
        estimate: field.number({ min: 0 }),
        notes: field.richText(),
      },
    }),
    orders: collection({ fields: { region: field.string() } }),
  },
  limits: { maxBatchRecords: 3, maxFilterChars: 100 },
});
const schema = compileConfig(config, 'test');

const view: RecordView = {
  id: '42',
  version: 17,
  createdAt: '2026-11-21T10:00:00.000Z',
  createdBy: 'ada',
  updatedAt: '2026-11-21T10:00:00.000Z',
  updatedBy: 'ada',
  title: 'Printer',
  status: 'open',
  estimate: null,
  notes: {
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'out of <paper>', marks: [{ type: 'bold' }] }] }],
  },
};

/** Says what it was asked, and answers always the same: what is tested is the border. */
class AskedRecords implements Records {
  asked: unknown[] = [];
  refusal: ConcordError | undefined;

  #answer<T>(asked: readonly unknown[], answer: T): Promise<T> {
    this.asked.push(asked);
    return this.refusal === undefined ? Promise.resolve(answer) : Promise.reject(this.refusal);
  }
  get(_principal: Principal, collection: string, id: string) {
    return this.#answer(['get', collection, id], view);
  }
  list(_principal: Principal, collection: string, query: ListQuery) {
    return this.#answer(['list', collection, query], {
      items: [view],
      nextPage: 'p2',
      ...(query.total === true ? { total: 1 } : {}),
      seq: 9,
    });
  }
  create(_principal: Principal, collection: string, input: unknown) {
    return this.#answer(['create', collection, input], view);
  }
  update(_principal: Principal, collection: string, id: string, input: unknown, condition?: Condition) {
    return this.#answer(['update', collection, id, input, condition], view);
  }
  remove(_principal: Principal, collection: string, id: string, condition?: Condition) {
    return this.#answer(['remove', collection, id, condition], view);
  }
  appoint(_principal: Principal, collection: string, id: string, user: string, role?: string) {
    return this.#answer(['appoint', collection, id, user, role], view);
  }
  dismiss(_principal: Principal, collection: string, id: string, user: string) {
    return this.#answer(['dismiss', collection, id, user], view);
  }
  direct(_principal: Principal, collection: string, other: string) {
    return this.#answer(['direct', collection, other], { view, isNew: false });
  }
  found(_principal: Principal, collection: string, input: unknown) {
    return this.#answer(['found', collection, input], view);
  }
  restore(_principal: Principal, collection: string, id: string) {
    return this.#answer(['restore', collection, id], view);
  }
  purge(_principal: Principal, collection: string, id: string) {
    return this.#answer(['purge', collection, id], undefined);
  }
  batch(_principal: Principal, collection: string, items: readonly BatchItem[]) {
    return this.#answer(
      ['batch', collection, items],
      items.map(() => view),
    );
  }
}

let records: AskedRecords;
let url: string;
let close: () => Promise<void>;

beforeEach(async () => {
  records = new AskedRecords();
  const app = await createHttp({ logger: pino({ level: 'silent' }), limits: schema.limits });
  const authenticate = async ({
    headers,
  }: {
    readonly headers: { readonly authorization?: string | undefined };
  }): Promise<Principal> => {
    if (headers.authorization === undefined) throw new ConcordError('unauthenticated');
    return { account: 'acme', user: 'ada', name: 'Ada', roles: ['member'], expiresAt: Date.UTC(2027, 0, 1) };
  };
  const access = createAccess(schema, pino({ level: 'silent' }));
  await addRecordsRoutes(app, { schema, access, records, authenticate, cursorAt: ({ account }, seq) => `${account}-${seq}` });
  await addAuthRoutes(app, {
    authenticate,
    demo: null,
    tokens: {
      verify: () => Promise.reject(new Error()),
      recognize: () => Promise.reject(new Error()),
      mint: () => Promise.reject(new Error()),
    },
  });
  addOperationsRoutes(app, { metrics: createMetrics(), readiness: () => ({ ready: true }) });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  close = () => app.close();
});
afterEach(() => close());

/** A record, a list, or an error: what a test looks for in it, it also expects to be there. */
interface Body {
  readonly error: { readonly code: string; readonly field?: string };
  readonly [field: string]: unknown;
}

async function call(
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Headers; body: Body }> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: 'Bearer t', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as Body };
}

describe('one record', () => {
  it('is read with its version as entity tag', async () => {
    const answer = await call('GET', '/records/tickets/42');
    expect(answer).toMatchObject({ status: 200, body: view });
    expect(answer.headers.get('etag')).toBe('"17"');
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expect(answer.headers.get('vary')).toContain('Authorization');
  });

  it.each([
    ['"17"', 304],
    ['W/"17"', 304],
    ['"16", "17"', 304],
    ['*', 304],
    ['"16"', 200],
    ['"another server\'s"', 200],
    ['17', 200],
  ])('with If-None-Match: %s it is %d', async (tag, status) => {
    const answer = await call('GET', '/records/tickets/42', { headers: { 'if-none-match': tag } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('etag')).toBe('"17"');
  });

  it('is shown in part, and its rich text as HTML', async () => {
    expect((await call('GET', '/records/tickets/42?fields=title,status')).body).toEqual({
      id: '42',
      version: 17,
      title: 'Printer',
      status: 'open',
    });
    const { body } = await call('GET', '/records/tickets/42?richText=html&fields=notes');
    expect(Object.keys(body)).toEqual(['id', 'version', 'notes']);
    expect(body.notes).toMatch(/^<p>.*out of &lt;paper&gt;.*<\/p>$/);
  });

  it.each([
    ['"17"', { version: 17 }],
    [' W/"17" ', { version: 17 }],
    ['*', {}],
    [undefined, undefined],
  ])('is written under the condition If-Match: %s', async (tag, condition) => {
    const headers: Record<string, string> = tag === undefined ? {} : { 'if-match': tag };
    const patched = await call('PATCH', '/records/tickets/42', { body: { status: 'closed' }, headers });
    expect(patched).toMatchObject({ status: 200, body: view });
    expect(patched.headers.get('etag')).toBe('"17"');
    expect(await call('DELETE', '/records/tickets/42', { headers })).toMatchObject({ status: 204, body: undefined });
    expect(records.asked).toEqual([
      ['update', 'tickets', '42', { status: 'closed' }, condition],
      ['remove', 'tickets', '42', condition],
    ]);
  });

  it.each(['17', '"1', '"abc"', '"17", "18"', '"017"', '"-1"', '"99999999999999999999"', ''])(
    'is not written under If-Match: %j',
    async (tag) => {
      const answer = await call('PATCH', '/records/tickets/42', { body: {}, headers: { 'if-match': tag } });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad_request', field: 'If-Match' } } });
      expect(records.asked).toEqual([]);
    },
  );

  it('is created with its address', async () => {
    const answer = await call('POST', '/records/tickets', { body: { title: 'Printer' } });
    expect(answer).toMatchObject({ status: 201, body: view });
    expect(answer.headers.get('location')).toBe('/api/v1/records/tickets/42');
    expect(answer.headers.get('etag')).toBe('"17"');
  });

  it('is restored and purged', async () => {
    expect(await call('POST', '/records/tickets/42/restore')).toMatchObject({ status: 200, body: view });
    expect(await call('POST', '/records/tickets/42/purge', { headers: { 'content-type': 'application/json' } })).toMatchObject({
      status: 204,
    });
    expect(records.asked).toEqual([
      ['restore', 'tickets', '42'],
      ['purge', 'tickets', '42'],
    ]);
  });

  it('needs a body where something is written', async () => {
    expect(await call('POST', '/records/tickets')).toMatchObject({ status: 400, body: { error: { code: 'invalid_json' } } });
    expect(await call('PATCH', '/records/tickets/42')).toMatchObject({ status: 400, body: { error: { code: 'invalid_json' } } });
  });

  it.each(['..', '../../etc/passwd', '\0', 'x'.repeat(10_000), '日本', 'a b', '%'])(
    'of the id %j goes to the records as it is',
    async (id) => {
      await call('GET', `/records/tickets/${encodeURIComponent(id)}`);
      if (id !== '..') expect(records.asked).toEqual([['get', 'tickets', id]]);
    },
  );

  it('passes every refusal on with its status', async () => {
    for (const code of Object.keys(errorTable) as (keyof typeof errorTable)[]) {
      records.refusal = new ConcordError(code, { field: 'title' });
      expect(await call('PATCH', '/records/tickets/42', { body: {} })).toMatchObject({
        status: errorTable[code].http,
        body: { error: { code, field: 'title' } },
      });
    }
  });
});

describe('access', () => {
  it.each([
    ['GET', '/records/tickets'],
    ['POST', '/records/tickets'],
    ['GET', '/records/tickets/42'],
    ['PATCH', '/records/tickets/42'],
    ['DELETE', '/records/tickets/42'],
    ['POST', '/records/tickets/42/restore'],
    ['POST', '/records/tickets/42/purge'],
    ['POST', '/records/tickets/batch'],
    ['PATCH', '/records/tickets/batch'],
    ['DELETE', '/records/tickets/batch'],
    ['GET', '/auth/me'],
  ])('%s %s needs a token, before its body is read', async (method, path) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      ...(method === 'GET' ? {} : { body: '{', headers: { 'content-type': 'application/json' } }),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(records.asked).toEqual([]);
  });

  it('says who is asking', async () => {
    expect((await call('GET', '/auth/me')).body).toEqual({
      user: { id: 'ada', name: 'Ada', account: 'acme', roles: ['member'] },
      expiresAt: '2027-01-01T00:00:00.000Z',
    });
  });

  it('has no demo sign-in outside a demonstration', async () => {
    expect((await call('GET', '/auth/demo')).status).toBe(404);
    expect((await call('POST', '/auth/demo', { body: { user: 'ada' } })).status).toBe(404);
  });

  it('knows no other collections', async () => {
    expect(await call('GET', '/records/unknown')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    expect(await call('GET', '/records/constructor/1')).toMatchObject({ status: 404 });
  });
});

describe('lists', () => {
  it('carry the feed cursor of the reader, and the next page', async () => {
    const { body } = await call('GET', '/records/tickets');
    expect(body).toEqual({ items: [view], nextPage: 'p2', cursor: 'acme-9' });
    expect(records.asked).toEqual([['list', 'tickets', { limit: 50, total: false }]]);
  });

  it('pass on what was asked', async () => {
    const query = new URLSearchParams({
      filter: "status = 'open'",
      sort: '-title',
      limit: '1000',
      page: 'p1',
      total: 'true',
      fields: 'title',
      token: 't',
    });
    const { body } = await call('GET', `/records/tickets?${query.toString()}`);
    expect(body).toEqual({ items: [{ id: '42', version: 17, title: 'Printer' }], nextPage: 'p2', total: 1, cursor: 'acme-9' });
    expect(records.asked).toMatchObject([['list', 'tickets', { limit: 1000, page: 'p1', total: true, filter: {}, sort: {} }]]);
  });

  it.each([
    ['limit=0', 'bad_request', 'limit'],
    ['limit=1001', 'bad_request', 'limit'],
    ['limit=-1', 'bad_request', 'limit'],
    ['limit=1e3', 'bad_request', 'limit'],
    ['limit=', 'bad_request', 'limit'],
    ['total=yes', 'bad_request', 'total'],
    ['filter=status%20%3D', 'invalid_filter', 'filter'],
    ['filter=nothing%20%3D%201', 'invalid_filter', 'filter'],
    [`filter=${'x'.repeat(200)}`, 'invalid_filter', 'filter'],
    ['sort=nothing', 'invalid_sort', 'sort'],
    ['fields=nothing', 'bad_request', 'nothing'],
    ['richText=pdf', 'bad_request', 'richText'],
    ['limit=1&limit=2', 'bad_request', 'limit'],
    [`page=${'x'.repeat(5000)}`, 'invalid_cursor', 'page'],
    ['filer=1', 'bad_request', undefined],
    ['__proto__=1', 'bad_request', undefined],
  ])('refuse ?%s', async (query, code, named) => {
    const { status, body } = await call('GET', `/records/tickets?${query.toString()}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code, ...(named === undefined ? {} : { field: named }) });
    expect(records.asked).toEqual([]);
  });
});

describe('batches', () => {
  it('create, change and delete', async () => {
    expect(await call('POST', '/records/tickets/batch', { body: { records: [{ title: 'a' }, { title: 'b' }] } })).toMatchObject({
      status: 201,
      body: { items: [view, view] },
    });
    expect(
      await call('PATCH', '/records/tickets/batch', {
        body: {
          records: [
            { id: '1', version: 3, title: 'a' },
            { id: '2', status: 'open' },
          ],
        },
      }),
    ).toMatchObject({ status: 200 });
    expect(await call('DELETE', '/records/tickets/batch', { body: { ids: ['1', '2'] } })).toMatchObject({ status: 204 });
    expect(records.asked).toEqual([
      [
        'batch',
        'tickets',
        [
          { operation: 'create', input: { title: 'a' } },
          { operation: 'create', input: { title: 'b' } },
        ],
      ],
      [
        'batch',
        'tickets',
        [
          { operation: 'update', id: '1', input: { title: 'a' }, condition: { version: 3 } },
          { operation: 'update', id: '2', input: { status: 'open' } },
        ],
      ],
      [
        'batch',
        'tickets',
        [
          { operation: 'delete', id: '1' },
          { operation: 'delete', id: '2' },
        ],
      ],
    ]);
  });

  it('do nothing for nothing', async () => {
    expect(await call('POST', '/records/tickets/batch', { body: { records: [] } })).toMatchObject({
      status: 201,
      body: { items: [] },
    });
    expect(records.asked).toEqual([]);
  });

  it('name the item that is at fault', async () => {
    records.refusal = new ConcordError('invalid_record', { field: 'records.1.title' });
    expect((await call('POST', '/records/tickets/batch', { body: { records: [{}, {}] } })).body.error).toMatchObject({
      code: 'invalid_record',
      field: 'records.1.title',
    });
    records.refusal = new ConcordError('not_found', { field: 'records.1' });
    expect((await call('DELETE', '/records/tickets/batch', { body: { ids: ['1', '2'] } })).body.error).toMatchObject({
      code: 'not_found',
      field: 'ids.1',
    });
  });

  it.each([
    ['POST', [], 400, 'records'],
    ['POST', { items: [] }, 400, 'records'],
    ['POST', null, 400, 'records'],
    ['POST', { records: [{}, {}, {}, {}] }, 413, 'records'],
    ['PATCH', { records: [{ id: '1' }, null] }, 400, 'records.1'],
    ['PATCH', { records: [{ title: 'a' }] }, 400, 'records.0.id'],
    ['PATCH', { records: [{ id: '1', version: 'x' }] }, 400, 'records.0.version'],
    ['DELETE', { records: ['1'] }, 400, 'ids'],
    ['DELETE', { ids: ['1', 2] }, 400, 'ids.1'],
    ['DELETE', { ids: ['1', '2', '3', '4'] }, 413, 'ids'],
  ])('%s refuses %j', async (method, body, status, named) => {
    expect(await call(method, '/records/tickets/batch', { body })).toMatchObject({ status, body: { error: { field: named } } });
    expect(records.asked).toEqual([]);
  });
});
