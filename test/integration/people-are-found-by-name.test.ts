import { describe, expect, it } from 'vitest';
import { SignJWT } from 'jose';
import config from '../kit/concord.config.ts';
import { handClock } from '../kit/hand-clock.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { testSecret, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

interface Person {
  readonly id: string;
  readonly name: string;
}

const admin = { user: 'root', roles: ['admin'] };

async function find(server: TestServer, query: string, as?: TestUser): Promise<Person[]> {
  return (await server.json<{ items: Person[] }>('GET', `/users?${query}`, undefined, as)).items;
}

/** Comes by with a token of another system, which names it so. */
async function visit(server: TestServer, user: string, name: string | undefined, account = 'acme'): Promise<void> {
  const token = await new SignJWT({ account, roles: ['member'], ...(name === undefined ? {} : { name }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(testSecret));
  expect((await server.fetch('/auth/me', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
}

async function withPeople(): Promise<TestServer> {
  const server = await startServer();
  await server.json('POST', '/users', { id: 'ada', name: 'Ada Lovelace', password: 'not to be guessed' }, admin);
  await server.json('POST', '/users', { id: 'adam', name: 'Adam Gone', password: 'not to be guessed' }, admin);
  await server.json('PATCH', '/users/adam', { disabled: true }, admin);
  await visit(server, 'u-17', 'Zoë Łukasz Ångström');
  await visit(server, 'u-18', 'Étienne Zola');
  await until('them to be known', async () => (await find(server, 'id=u-17&id=u-18')).length === 2);
  return server;
}

describe('people of an account', () => {
  it('are found by how words of their name, or their id, begin, whatever case and accents', async () => {
    const server = await withPeople();
    for (const [query, ids] of [
      ['ada', ['ada']],
      ['LOVE', ['ada']],
      ['lovelace ad', ['ada']],
      ['velace', []],
      ['zo', ['u-18', 'u-17']],
      ['zoe ang', ['u-17']],
      ['étienne', ['u-18']],
      ['ETIENNE', ['u-18']],
      ['U-1', ['u-18', 'u-17']],
      ['!', []],
    ] as const)
      expect(
        (await find(server, `query=${encodeURIComponent(query)}`)).map(({ id }) => id),
        query,
      ).toEqual(ids);
    expect(await find(server, 'query=z&limit=1')).toEqual([{ id: 'u-18', name: 'Étienne Zola' }]);
  });

  it('are named by their ids, also who cannot sign in any more', async () => {
    const server = await withPeople();
    expect(await find(server, 'id=u-18&id=nobody&id=adam&id=u-18')).toEqual([
      { id: 'u-18', name: 'Étienne Zola' },
      { id: 'adam', name: 'Adam Gone' },
    ]);
    expect(await find(server, 'query=adam')).toEqual([]);
  });

  it('are listed to members without a query, and to administrators with all that is known of them', async () => {
    const server = await withPeople();
    await until('alice to be known', async () => (await find(server, 'id=alice')).length === 1);
    expect((await find(server, '')).map(({ id }) => id)).toEqual(expect.arrayContaining(['ada', 'alice', 'u-18', 'u-17']));
    expect(Object.keys((await find(server, ''))[0] ?? {})).toEqual(['id', 'name']);
    expect(await find(server, '', admin)).toMatchObject([
      { id: 'ada', disabled: false },
      { id: 'adam', disabled: true },
    ]);
    expect(await find(server, 'query=ada', admin)).toEqual([{ id: 'ada', name: 'Ada Lovelace' }]);
  });

  it('are told to nobody of another account, nor to a key that is for records only', async () => {
    const server = await withPeople();
    await visit(server, 'spy', 'Zoë of Globex', 'globex');
    const theirs = await until('the spy to be known', async () => {
      const found = await find(server, 'query=zo', { account: 'globex', roles: ['member', 'admin'] });
      return found.length > 0 && found;
    });
    expect(theirs).toEqual([{ id: 'spy', name: 'Zoë of Globex' }]);
    expect(await find(server, 'id=ada&id=u-17', { account: 'globex' })).toEqual([]);
    expect((await find(server, 'query=zo')).map(({ id }) => id)).toEqual(['u-18', 'u-17']);
    const ask = async (request: object): Promise<Response> => {
      const { key } = await server.json<{ key: string }>('POST', '/api-keys', request, admin);
      return await fetch(`${server.url}/api/v1/users?query=zo`, { headers: { 'x-api-key': key } });
    };
    expect((await ask({ name: 'bound', roles: ['member'], scopes: ['notes:read'] })).status).toBe(403);
    const answer = await ask({ name: 'free', roles: ['member'] });
    expect([answer.status, ((await answer.json()) as { items: Person[] }).items.length]).toEqual([200, 2]);
    expect((await find(server, 'query=api-key')).length).toBe(0);
  });

  it('are known again after a restart, by the name that they had last', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    await visit(server, 'u-17', 'Zoë');
    await until('the name', async () => (await find(server, 'id=u-17'))[0]?.name === 'Zoë');
    clock.advance(61_000);
    await visit(server, 'u-17', 'Zoë Ångström');
    await until('the other name', async () => (await find(server, 'id=u-17'))[0]?.name === 'Zoë Ångström');
    clock.advance(61_000);
    // Without a name in it, a token says nothing against the one before.
    await visit(server, 'u-17', undefined);
    await server.stop();
    const again = await startServer({ folder: server.folder });
    expect(await find(again, 'id=u-17')).toEqual([{ id: 'u-17', name: 'Zoë Ångström' }]);
  });

  it('are written once, however often they come', async () => {
    let commits = 0;
    const server = await startServer({ clock: handClock() });
    await visit(server, 'u-17', 'Zoë');
    await until('both names', async () => (await find(server, 'id=u-17&id=alice')).length === 2);
    await server.store.commit([], () => undefined);
    server.store.onGroup((group) => (commits += group.commits));
    for (let round = 0; round < 20; round++) {
      await visit(server, 'u-17', round % 2 === 0 ? 'Zoë' : 'Zoe, as another system has it');
      await find(server, 'query=zo');
    }
    expect(commits).toBe(0);
  });

  it('are those of the demo, too', async () => {
    const demo = { account: 'acme', people: [{ id: 'dora', name: 'Dora Demo', roles: ['member'] }], records: {} };
    const server = await startServer({ config: { ...config, demo }, demo: true });
    expect(await find(server, 'query=dem')).toEqual([{ id: 'dora', name: 'Dora Demo' }]);
    expect(await find(server, 'query=dem', { account: 'globex' })).toEqual([]);
  });

  it('are forgotten by administrators', async () => {
    const server = await withPeople();
    await expect(server.json('DELETE', '/users/u-17')).rejects.toThrow('forbidden');
    await server.json('DELETE', '/users/u-17', undefined, admin);
    expect(await find(server, 'id=u-17&id=u-18')).toMatchObject([{ id: 'u-18' }]);
    await expect(server.json('DELETE', '/users/u-17', undefined, admin)).rejects.toThrow('not_found');
  });

  it('are asked for as the description says', async () => {
    const server = await startServer();
    for (const query of ['limit=0', 'limit=101', 'name=ada', 'query=a&query=b', 'query=a&id=b', `query=${'x'.repeat(129)}`])
      await expect(find(server, query), query).rejects.toThrow('bad_request');
    const many = Array.from({ length: 101 }, (_, index) => `id=${index}`).join('&');
    await expect(find(server, many)).rejects.toThrow('bad_request');
  });
});
