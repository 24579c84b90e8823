import { describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<string, { readonly description?: string }>;
  readonly security?: readonly Record<string, unknown>[];
  readonly tags?: readonly string[];
  readonly operationId?: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly example?: Example;
  readonly examples?: Record<string, { readonly value: Example }>;
}

/** Of one value, or of several for a parameter that may be repeated. */
type Example = string | readonly string[];

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly securitySchemes: object; readonly schemas: object };
}

describe('the description of the API', () => {
  async function described(): Promise<{ server: TestServer; document: OpenApi; operations: [string, string, Operation][] }> {
    const server = await startServer();
    const response = await fetch(`${server.url}/api/v1/openapi.json`);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const document = (await response.json()) as OpenApi;
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, string, Operation] => [method.toUpperCase(), path, operation]),
    );
    return { server, document, operations };
  }

  it('is OpenAPI 3.1: every reference leads somewhere, every parameter of a path is declared', async () => {
    const { document, operations } = await described();
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String) as string, version: expect.any(String) as string });
    const resolve = (reference: string): unknown =>
      reference
        .slice(2)
        .split('/')
        .reduce<unknown>(
          (at, step) => (at as Record<string, unknown> | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
          document,
        );
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference = '']) => reference));
    expect(references.size).toBeGreaterThan(5);
    for (const reference of references) {
      expect(reference).toMatch(/^#\//);
      expect(resolve(reference), reference).toBeTypeOf('object');
    }
    const ids = operations.flatMap(([, , { operationId }]) => operationId ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = new Set(document.tags.map(({ name }) => name));
    const schemes = new Set(Object.keys(document.components.securitySchemes));
    for (const [method, path, operation] of operations) {
      const name = `${method} ${path}`;
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(
        declared.map((parameter) => parameter.name),
        name,
      ).toEqual(inPath);
      expect(
        declared.every(({ required }) => required),
        name,
      ).toBe(true);
      const unique = new Set((operation.parameters ?? []).map((parameter) => `${parameter.in} ${parameter.name.toLowerCase()}`));
      expect(unique.size, name).toBe(operation.parameters?.length ?? 0);
      expect(Object.keys(operation.responses).length, name).toBeGreaterThan(0);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status, name).toMatch(/^[1-5]\d\d$|^default$/);
        expect(response.description, name).toBeTypeOf('string');
      }
      for (const tag of operation.tags ?? []) expect(tags, name).toContain(tag);
      for (const requirement of operation.security ?? []) expect(schemes).toContain(Object.keys(requirement)[0]);
      if (method === 'GET') expect(operation.requestBody, name).toBeUndefined();
    }
  });

  it('names every route as it answers: with a status that is declared, and not to strangers unless it says so', async () => {
    const { server, operations } = await described();
    for (const [method, path, operation] of operations) {
      const url = `${server.url}${path.replace('{id}', 'none')}`;
      const init = {
        method,
        ...(operation.requestBody === undefined ? {} : { body: '{}', headers: { 'content-type': 'application/json' } }),
      };
      const stranger = await fetch(url, init);
      await stranger.body?.cancel();
      const open = operation.security?.length === 0;
      expect(stranger.status === 401, `${method} ${path}`).toBe(!open);
      const headers = { ...init.headers, authorization: `Bearer ${await tokenFor({ roles: ['member', 'admin', 'editor'] })}` };
      const known = await fetch(url, { ...init, headers });
      await known.body?.cancel();
      expect(Object.keys(operation.responses), `${method} ${path}`).toContain(String(known.status));
    }
  });

  it('has examples that can be asked as they are', async () => {
    const { server, operations } = await described();
    let asked = 0;
    for (const [method, path, operation] of operations) {
      for (const { name, in: place, example, examples = {} } of operation.parameters ?? []) {
        if (place !== 'query') continue;
        const all = [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)];
        for (const one of all) {
          const query = new URLSearchParams([one].flat().map((value) => [name, value]));
          // In the feed a filter is about the fields of a collection, which has to be named.
          if (path.endsWith('/changes') && name === 'filter') query.set('collections', 'tickets');
          const response = await server.fetch(`/../..${path.replace('{id}', 'none')}?${query.toString()}`, {
            method,
            as: { roles: ['admin'] },
          });
          await response.body?.cancel();
          expect(response.status, `${path}?${query.toString()}`).toBe(path.includes('{id}') ? 404 : 200);
          asked++;
        }
      }
    }
    expect(asked).toBeGreaterThan(5);
  });

  it('can be browsed, with all that its page needs', async () => {
    const server = await startServer();
    const page = await fetch(`${server.url}/api/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    const html = await page.text();
    const assets = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, asset = '']) => new URL(asset, page.url));
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) {
      // Nothing from elsewhere: the page works where there is no other network.
      expect(asset.origin).toBe(new URL(server.url).origin);
      const response = await fetch(asset);
      expect([asset.pathname, response.status]).toEqual([asset.pathname, 200]);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
    }
    const initializer = assets.find(({ pathname }) => pathname.endsWith('initializer.js'));
    expect(await (await fetch(initializer ?? '')).text()).toContain('/api/v1/openapi.json');
  });
});
