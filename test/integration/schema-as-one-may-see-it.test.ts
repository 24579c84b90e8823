import { describe, expect, it } from 'vitest';
import type { CollectionDescription, SchemaDescription } from '@concord/protocol';
import { readDescription, validateFields } from '@concord/schema';
import guarded from '../kit/guarded.config.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';

const ask = (server: TestServer, as?: TestUser): Promise<SchemaDescription> =>
  server.json<SchemaDescription>('GET', '/schema', undefined, as);

function named({ collections }: SchemaDescription, name: string): CollectionDescription {
  const found = collections.find((collection) => collection.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}

describe('the schema that a client is told', () => {
  it('says who asks, what there is, and what may be done with it', async () => {
    const server = await startServer();
    const schema = await ask(server);
    expect(schema).toMatchObject({ account: 'acme', user: { id: 'alice', name: 'alice', roles: ['member'] } });
    expect(schema.collections.map(({ name }) => name)).toEqual(['tickets', 'notes', 'everything', 'articles']);
    expect(named(schema, 'notes')).toMatchObject({
      createOnConnect: true,
      may: { create: true, update: true, delete: true },
      parts: [{ name: null, read: true, write: true }],
      fields: [
        { kind: 'string', name: 'title', part: null, required: false, default: null, min: 0, max: null, pattern: null },
        { kind: 'text', name: 'body', root: 'body', part: null, max: null },
      ],
    });
    expect(named(schema, 'articles').may).toEqual({ create: false, update: false, delete: false });
    const tickets = readDescription(named(schema, 'tickets'), schema.limits);
    expect(() => validateFields(tickets, { title: 'x', estimate: -1 }, 'create')).toThrow('at least 0');
    expect(await ask(server, { roles: ['admin'] })).toMatchObject({
      collections: expect.arrayContaining([expect.objectContaining({ name: 'secrets' })]) as unknown,
    });
  });

  it('shows no field that its reader could not read of any record, and says where that depends', async () => {
    const server = await startServer({ config: guarded });
    const [member, hr, lead] = [await ask(server), await ask(server, { roles: ['hr'] }), await ask(server, { roles: ['lead'] })];
    const parts = (schema: SchemaDescription, name: string): unknown =>
      Object.fromEntries(named(schema, name).parts.map(({ name: part, read, write }) => [part ?? '', [read, write]]));
    expect(parts(member, 'staff')).toEqual({ '': [true, true], grade: [true, false] });
    expect(parts(hr, 'staff')).toEqual({ '': [true, true], salary: [true, true], review: [true, false], grade: [true, true] });
    expect(parts(lead, 'staff')).toEqual({ '': [true, true], review: [true, true], grade: [true, false] });
    expect(named(member, 'staff').fields.map(({ name, part }) => [name, part])).toEqual([
      ['name', null],
      ['bio', null],
      ['grade', 'grade'],
    ]);
    expect(JSON.stringify(member)).not.toMatch(/salary|bonus|verdict|remarks|review/);
    expect(named(member, 'projects').may).toEqual({ create: true, update: 'depends', delete: 'depends' });
    expect(parts(member, 'projects')).toEqual({
      '': ['depends', 'depends'],
      members: ['depends', false],
      editors: ['depends', false],
      budget: ['depends', 'depends'],
    });
    expect(parts(lead, 'projects')).toMatchObject({ members: ['depends', 'depends'] });
  });

  it('has a version of what is shown, and is answered once', async () => {
    const server = await startServer({ config: guarded });
    const other = await startServer({
      config: {
        ...guarded,
        collections: {
          ...guarded.collections,
          staff: { ...guarded.collections.staff, fields: { ...guarded.collections.staff.fields } },
        },
      },
    });
    const [one, two] = [await ask(server), await ask(server, { user: 'ben' })];
    expect(one.version).toBe(two.version);
    expect((await ask(other)).version).toBe(one.version);
    expect((await ask(server, { roles: ['hr'] })).version).not.toBe(one.version);
    const first = await server.fetch('/schema');
    const etag = first.headers.get('etag') ?? '';
    const again = await server.fetch('/schema', { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const asBen = await server.fetch('/schema', { as: { user: 'ben' }, headers: { 'if-none-match': etag } });
    expect(asBen.status).toBe(200);
    expect((await server.fetch('/schema?colour=red')).status).toBe(400);
    expect((await fetch(`${server.url}/api/v1/schema`)).status).toBe(401);
  });

  it('shows to a key what its scopes let it do', async () => {
    const server = await startServer();
    const { key } = await server.json<{ key: string }>(
      'POST',
      '/api-keys',
      { name: 'reader', roles: ['member'], scopes: ['notes:read'] },
      { roles: ['admin'] },
    );
    const response = await fetch(`${server.url}/api/v1/schema`, { headers: { 'x-api-key': key } });
    const schema = (await response.json()) as SchemaDescription;
    expect(schema.collections.map(({ name }) => name)).toEqual(['notes']);
    expect(named(schema, 'notes')).toMatchObject({
      may: { create: false, update: false, delete: false },
      parts: [{ name: null, read: true, write: false }],
    });
  });
});
