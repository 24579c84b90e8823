import { errorTable } from '@concord/protocol';
import { collection, compileConfig, defineConfig, field } from '@concord/schema';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiKeys } from '../access/api-keys.ts';
import type { Tokens } from '../access/tokens.ts';
import type { Changes } from '../feed/changes.ts';
import { createMetrics } from '../metrics.ts';
import type { Records } from '../records/records.ts';
import { addApiKeysRoutes } from './api-keys-routes.ts';
import { addAuthRoutes } from './auth-routes.ts';
import { registerChangesRoutes } from './changes-routes.ts';
import { createAccess } from '../access/access.ts';
import { createHttp } from './create-http.ts';
import { addOperationsRoutes } from './operations-routes.ts';
import { addRecordsRoutes } from './records-routes.ts';

const fields = {
  title: field.string({ required: true }),
  body: field.richText(),
  rows: field.list({ amount: field.number() }),
  tags: field.set(),
  votes: field.counter(),
  meta: field.json(),
};
const schema = compileConfig(
  defineConfig({
    collections: {
      tickets: collection({ fields }),
      orders: collection({ fields: { region: field.enum(['north', 'south']), ticket: field.ref('tickets') } }),
    },
    demo: { account: 'demo', people: [{ id: 'ada', name: 'Ada', roles: ['member'] }], records: {} },
  }),
  'test',
);

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Record<
    string,
    { readonly description?: string; readonly content?: Record<string, { readonly schema: unknown }> }
  >;
}
interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<string, { readonly properties?: Record<string, unknown> }>;
    readonly securitySchemes: object;
  };
}

let app: FastifyInstance;
let url: string;
let document: Document;
let operations: readonly (readonly [name: string, operation: Operation])[];

beforeAll(async () => {
  app = await createHttp({ logger: pino({ level: 'silent' }), limits: schema.limits });
  const never = () => Promise.reject(new Error('this test only describes'));
  await addRecordsRoutes(app, {
    schema,
    access: createAccess(schema, pino({ level: 'silent' })),
    records: {} as Records,
    authenticate: never,
    cursorAt: () => '',
  });
  await addApiKeysRoutes(app, { apiKeys: {} as ApiKeys, authenticate: never });
  await addAuthRoutes(app, { authenticate: never, tokens: {} as Tokens, demo: schema.demo });
  registerChangesRoutes(app, { changes: { close: () => {} } as Changes, authenticate: never });
  addOperationsRoutes(app, { metrics: createMetrics(), readiness: () => ({ ready: true }) });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as Document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );
});
afterAll(() => app.close());

/** Every value in the document that is under `key`. */
function all(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [...(name === key ? [inner] : []), ...all(inner, key)]);
}

describe('the description of the API', () => {
  it('is OpenAPI 3.1 and names every route once', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.map(([name]) => name).sort()).toEqual(
      [
        ...['tickets', 'orders'].flatMap((name) => [
          `get /api/v1/records/${name}`,
          `post /api/v1/records/${name}`,
          `get /api/v1/records/${name}/{id}`,
          `patch /api/v1/records/${name}/{id}`,
          `delete /api/v1/records/${name}/{id}`,
          `post /api/v1/records/${name}/{id}/restore`,
          `post /api/v1/records/${name}/{id}/purge`,
          `post /api/v1/records/${name}/batch`,
          `patch /api/v1/records/${name}/batch`,
          `delete /api/v1/records/${name}/batch`,
        ]),
        'get /api/v1/api-keys',
        'post /api/v1/api-keys',
        'delete /api/v1/api-keys/{id}',
        'get /api/v1/auth/me',
        'get /api/v1/auth/demo',
        'post /api/v1/auth/demo',
        'get /api/v1/changes',
        'get /healthz',
        'get /readyz',
        'get /metrics',
      ].sort(),
    );
  });

  it('gives each a tag that is explained, a summary of its own and described answers', () => {
    const tags = document.tags.map(({ name }) => name);
    for (const [name, { tags: own = [], summary, responses }] of operations) {
      expect(own, name).toHaveLength(1);
      expect(tags, name).toContain(own[0]);
      expect(summary, name).toBeTruthy();
      expect(
        Object.keys(responses).some((status) => /^[23]/.test(status)),
        name,
      ).toBe(true);
      for (const [status, { description }] of Object.entries(responses))
        expect(description, `${name} ${status}`).not.toMatch(/^(Default Response)?$/);
    }
    const summaries = operations.map(([, { summary }]) => summary);
    expect(new Set(summaries).size).toBe(summaries.length);
  });

  it('names the parameters of each path', () => {
    for (const [name, { parameters = [] }] of operations) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      expect(inPath, name).toEqual([...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter));
    }
  });

  it('names for each the refusals it may answer, all of them in the table', () => {
    for (const [name, { responses, security }] of operations) {
      const refused = Object.entries(responses).filter(
        ([status, { content }]) => status >= '400' && JSON.stringify(content).includes('schemas/Error'),
      );
      expect(refused.length, name).toBeGreaterThan(0);
      if (security === undefined) expect(Object.keys(responses), name).toContain('401');
    }
    const described = operations.flatMap(([, { responses }]) =>
      Object.entries(responses).flatMap(([status, response]) =>
        all(response, 'code')
          .flatMap((code) => (code as { enum?: string[] }).enum ?? [])
          .map((code) => [status, code] as const),
      ),
    );
    expect(described.length).toBeGreaterThan(100);
    for (const [status, code] of described) {
      expect(Object.keys(errorTable)).toContain(code);
      expect(errorTable[code as keyof typeof errorTable].http).toBe(Number(status));
    }
    expect(all(document.components.schemas['Error'], 'code')).toMatchObject([{ enum: Object.keys(errorTable) }]);
  });

  it('holds what it refers to', () => {
    const references = all(document, '$ref') as string[];
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\/schemas\/[\w.]+$/);
      expect(document.components.schemas).toHaveProperty([reference.slice('#/components/schemas/'.length)]);
    }
  });

  it('shows each collection with its own fields', () => {
    const { schemas } = document.components;
    expect(Object.keys(schemas).sort()).toEqual([
      'Error',
      'orders',
      'orders.create',
      'orders.update',
      'tickets',
      'tickets.create',
      'tickets.update',
    ]);
    expect(Object.keys(schemas['orders']?.properties ?? {})).toEqual(
      expect.arrayContaining(['id', 'version', 'region', 'ticket']),
    );
    expect(Object.keys(schemas['tickets.update']?.properties ?? {})).not.toContain('version');
    expect(JSON.stringify(document.paths['/api/v1/records/orders']?.['post'])).toContain('#/components/schemas/orders.create');
  });

  it('can be browsed within the content security policy', async () => {
    const response = await fetch(`${url}/api/docs`);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).not.toMatch(/<script>|<script [^>]*>[^<\s]|\son\w+=/);
    const scripts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string);
    expect(scripts.length).toBeGreaterThan(3);
    for (const path of scripts) {
      const script = await fetch(new URL(path, `${url}/api/docs`));
      // Read to its end: a connection with an answer on it holds up the closing of the server.
      expect([script.status, (await script.text()).length > 0], path).toEqual([200, true]);
    }
    expect(await (await fetch(`${url}/api/docs/static/swagger-initializer.js`)).text()).toContain('/api/v1/openapi.json');
  });
});
