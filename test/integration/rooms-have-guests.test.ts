import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { ErrorBody, FeedEvent, RecordView, SchemaDescription } from '@concord/protocol';
import { handClock } from '../kit/hand-clock.ts';
import { openRaw, frames } from '../kit/raw-client.ts';
import rooms from '../kit/rooms.config.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { testSecret, tokenFor, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const sam: TestUser = { user: 'sam' };
const ann: TestUser = { user: 'ann' };
const admin: TestUser = { user: 'root', roles: ['admin'] };
const lea: TestUser = { user: 'lea', roles: ['member', 'lead'] };
const hour = 60 * 60 * 1000;

interface Admitted {
  readonly token: string;
  readonly expiresAt: string;
  readonly user: { readonly id: string; readonly name: string; readonly account: string; readonly roles: readonly string[] };
  readonly collection: string;
  readonly record: string;
}

/** A server with an account that has somebody in it. */
async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config: rooms, ...options });
  await server.json('POST', '/records/rooms', { id: 'hall', title: 'Hall', kind: 'public' }, lea);
  await server.json('POST', '/records/notes', { id: 'n', title: 'not for guests' }, ann);
  return server;
}

interface Answer {
  readonly status: number;
  /** The error's code. */
  readonly code: string | undefined;
  readonly body: unknown;
}

/** A request by who has that token; by a stranger where it is undefined. */
async function ask(
  server: TestServer,
  token: string | undefined,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, code: response.ok ? undefined : (answer as ErrorBody).error.code, body: answer };
}

async function enter(server: TestServer, body: object = {}): Promise<Admitted> {
  const answer = await ask(server, undefined, 'POST', '/auth/guest', { account: 'acme', collection: 'rooms', ...body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body as Admitted;
}

/** A guest that Lea lets in to the hall. */
async function letIn(server: TestServer): Promise<Admitted> {
  return await server.json('POST', '/auth/guest', { collection: 'rooms', record: 'hall', name: 'Kim' }, lea);
}

/** A token that says the same as that of the guest, and more. */
async function signedLike({ token }: Admitted, more: object): Promise<string> {
  const [, payload = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return await new SignJWT({ ...claims, ...more })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(testSecret));
}

describe('a visitor', () => {
  it('gets a room of its own, with those who are to answer, and a token for it', async () => {
    const server = await start();
    const guest = await enter(server, { name: ' Kim ', email: 'kim@kim.example' });
    expect(guest).toMatchObject({ collection: 'rooms', user: { name: 'Kim', account: 'acme', roles: ['guest'] } });
    expect(guest.user.id).toMatch(/^guest-[0-9a-f-]{36}$/);
    expect(Date.parse(guest.expiresAt) - Date.now()).toBeGreaterThan(hour - 60_000);
    const path = `/records/rooms/${guest.record}`;
    const members = { [guest.user.id]: 'member', sam: 'member' };
    expect(await server.json('GET', path, undefined, sam)).toMatchObject({
      title: 'Kim',
      kind: 'support',
      email: 'kim@kim.example',
      createdBy: guest.user.id,
      members,
    });
    const own = await ask(server, guest.token, 'GET', path);
    expect(own.body).toMatchObject({ title: 'Kim', members });
    expect(own.body).not.toHaveProperty('email');
    const said = await ask(server, guest.token, 'POST', `${path}/messages`, { text: 'Hello?' });
    expect(said).toMatchObject({ status: 201, body: { author: guest.user.id, authorName: 'Kim', text: 'Hello?' } });
    expect((await enter(server)).record).not.toBe(guest.record);
    expect((await ask(server, undefined, 'GET', path)).code).toBe('unauthenticated');
  });

  it('is let in only where there are guests, and somebody to answer them', async () => {
    const server = await start();
    const refused = async (body: unknown): Promise<string | undefined> =>
      (await ask(server, undefined, 'POST', '/auth/guest', body)).code;
    expect(await refused({ account: 'acme', collection: 'notes' })).toBe('not_found');
    expect(await refused({ account: 'acme', collection: 'nothing' })).toBe('not_found');
    expect(await refused({ account: 'nobody', collection: 'rooms' })).toBe('not_found');
    expect(await refused({ account: '../x', collection: 'rooms' })).toBe('not_found');
    for (const body of [
      {},
      [],
      'x',
      { account: 'acme' },
      { account: 'acme', collection: 7 },
      { account: 'acme', collection: 'rooms', roles: 'admin' },
    ])
      expect(await refused(body), JSON.stringify(body)).toBe('bad_request');
    expect(await refused({ account: 'acme', collection: 'rooms', name: '\u0000' })).toBe('bad_request');
    expect(await refused({ account: 'acme', collection: 'rooms', email: 'x'.repeat(101) })).toBe('invalid_record');
    const long = await enter(server, { name: `${'x'.repeat(59)}😀` });
    expect(long.user.name).toHaveLength(61);
    expect(await server.json('GET', `/records/rooms/${long.record}`, undefined, sam)).toMatchObject({ title: 'x'.repeat(59) });
    const elsewhere = await ask(
      server,
      undefined,
      'POST',
      '/auth/guest',
      { account: 'acme', collection: 'rooms' },
      { origin: 'https://other.example' },
    );
    expect(elsewhere.code).toBe('origin_not_allowed');
  });

  it('cannot come too often from one address', async () => {
    const server = await start({ config: { ...rooms, limits: { maxGuestsPerHour: 2 } } });
    const first = await enter(server);
    await enter(server);
    const response = await fetch(`${server.url}/api/v1/auth/guest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ account: 'acme', collection: 'rooms' }),
    });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ error: { code: 'rate_limited' } });
    // Who is in already goes on.
    expect((await ask(server, undefined, 'POST', '/auth/guest', { token: first.token })).status).toBe(201);
  });

  it('goes on with another token, also a while after the last one has ended', async () => {
    const clock = handClock();
    const server = await startServer({ config: rooms, clock });
    const expiresIn = 100 * 24 * 3600;
    await server.json('POST', '/records/rooms', { id: 'hall' }, { ...ann, expiresIn });
    const first = await enter(server, { name: 'Kim' });
    const renew = (token: string): Promise<Answer> => ask(server, undefined, 'POST', '/auth/guest', { token });
    clock.advance(25 * 24 * hour);
    expect((await ask(server, first.token, 'GET', `/records/rooms/${first.record}`)).code).toBe('token_expired');
    const second = await renew(first.token);
    expect(second).toMatchObject({ status: 201, body: { user: first.user, record: first.record } });
    const { token } = second.body as Admitted;
    expect((await ask(server, token, 'GET', `/records/rooms/${first.record}`)).status).toBe(200);
    clock.advance(31 * 24 * hour);
    expect((await renew(token)).code).toBe('token_expired');
    expect((await renew(`${token}x`)).code).toBe('unauthenticated');
    expect((await renew(await tokenFor({ user: 'guest-kim', roles: ['guest'], expiresIn }))).code).toBe('unauthenticated');
  });

  it('does not come back to a room that it was sent out of, or that is gone', async () => {
    const server = await start();
    const guest = await enter(server);
    const path = `/records/rooms/${guest.record}`;
    const renewed = async (): Promise<string | undefined> =>
      (await ask(server, undefined, 'POST', '/auth/guest', { token: guest.token })).code;
    const other = await enter(server);
    expect((await ask(server, other.token, 'DELETE', `/records/rooms/${other.record}/members/${other.user.id}`)).status).toBe(
      204,
    );
    expect((await ask(server, undefined, 'POST', '/auth/guest', { token: other.token })).code).toBe('not_found');
    expect(await renewed()).toBeUndefined();
    await server.json('DELETE', path, undefined, { ...sam, roles: ['admin'] });
    expect(await renewed()).toBe('record_deleted');

    const invited = await letIn(server);
    await server.json('DELETE', `/records/rooms/hall/members/${invited.user.id}`, undefined, lea);
    const token = await signedLike(invited, { roles: ['member'] });
    expect((await ask(server, token, 'GET', '/records/rooms/hall')).status).toBe(200);
    expect((await ask(server, undefined, 'POST', '/auth/guest', { token })).code).toBe('not_found');
  });
});

describe('a program that lets somebody in', () => {
  it('gets a token for that record, for the same guest whenever it calls it by the same name', async () => {
    const server = await start();
    const made = await server.json<{ key: string }>('POST', '/api-keys', { name: 'shop', roles: ['admin', 'member'] }, admin);
    const key = made.key;
    const room = await server.json<RecordView>('POST', '/records/rooms', { kind: undefined, members: {} }, ann);
    const byKey = (body: object): Promise<Answer> =>
      ask(server, undefined, 'POST', '/auth/guest', { collection: 'rooms', ...body }, { 'x-api-key': key });
    expect((await byKey({ record: room.id, name: 'Kim' })).code).toBe('not_found');
    const own = await ask(server, undefined, 'POST', '/records/rooms', { title: 'Order 7' }, { 'x-api-key': key });
    const { id } = own.body as RecordView;
    const [one, again, other] = [
      await byKey({ record: id, name: 'Kim', user: 'customer-7' }),
      await byKey({ record: id, name: 'Kim Berg', user: 'customer-7' }),
      await byKey({ record: id, name: 'Lou' }),
    ];
    expect(one).toMatchObject({
      status: 201,
      body: { user: { id: 'guest-customer-7', name: 'Kim', roles: ['guest'] }, record: id },
    });
    expect(again.body).toMatchObject({ user: { id: 'guest-customer-7', name: 'Kim Berg' } });
    const seen = await ask(server, (other.body as Admitted).token, 'GET', `/records/rooms/${id}`);
    const members = (seen.body as RecordView)['members'] as Record<string, string>;
    expect(members).toMatchObject({ 'guest-customer-7': 'member', [(other.body as Admitted).user.id]: 'member' });
    expect(Object.keys(members)).toHaveLength(3);
  });

  it('has to be one that may let others in', async () => {
    const server = await start();
    const guest = await enter(server);
    const by = async (as: TestUser | string, record = 'hall'): Promise<string | undefined> => {
      const token = typeof as === 'string' ? as : await tokenFor(as);
      return (await ask(server, token, 'POST', '/auth/guest', { collection: 'rooms', record, name: 'Kim' })).code;
    };
    expect(await by(ann)).toBe('forbidden');
    expect(await by(lea)).toBeUndefined();
    expect(await by(sam, guest.record)).toBe('forbidden');
    expect(await by(guest.token, guest.record)).toBe('forbidden');
    expect(await by('nonsense')).toBe('unauthenticated');
    // One that may let others in as others do lets in no guests.
    const invited = await letIn(server);
    await server.json('PUT', `/records/rooms/hall/members/${invited.user.id}`, { role: 'owner' }, lea);
    expect(await by(invited.token)).toBe('forbidden');
  });
});

describe('a guest', () => {
  it('finds nothing but its record, whatever the rules of the config admit', async () => {
    const server = await start();
    const guest = await enter(server);
    const another = await enter(server);
    const path = `/records/rooms/${guest.record}`;
    const code = async (method: string, where: string, body?: unknown): Promise<string | number> => {
      const { code: refused, status } = await ask(server, guest.token, method, where, body);
      return refused ?? status;
    };
    for (const where of ['/records/notes', '/records/notes/n', '/records/rooms/hall', `/records/rooms/${another.record}`])
      expect(await code('GET', where), where).toBe('not_found');
    for (const where of ['/records/notes', '/records/rooms', '/records/rooms/direct'])
      expect(await code('POST', where, { title: 'x', with: 'ann' }), where).toMatch(/not_found|forbidden/);
    expect(await code('PUT', `/records/rooms/hall/members/${guest.user.id}`)).toBe('not_found');
    expect(await code('PUT', `${path}/members/ann`, { role: 'member' })).toBe('forbidden');
    expect(await code('PATCH', path, { title: 'x' })).toBe('forbidden');
    expect(await code('DELETE', path)).toBe('forbidden');
    expect(await code('POST', `/records/rooms/${another.record}/messages`, { text: 'x' })).toBe('not_found');
    for (const where of ['/users?query=', '/users?id=ann', '/users', '/api-keys', '/webhooks'])
      expect(await code('GET', where), where).toBe('forbidden');
    const listed = (await ask(server, guest.token, 'GET', '/records/rooms?total=true')).body as {
      items: RecordView[];
      total: number;
    };
    expect([listed.total, listed.items.map(({ id }) => id)]).toEqual([1, [guest.record]]);
    expect((await ask(server, guest.token, 'GET', '/auth/me')).body).toMatchObject({ user: guest.user });
    const schema = (await ask(server, guest.token, 'GET', '/schema')).body as { collections: { name: string }[] };
    expect(schema.collections.map(({ name }) => name)).toEqual(['rooms']);
  });

  it('stays one whatever roles its token has', async () => {
    const server = await start();
    const guest = await enter(server);
    const boss = await signedLike(guest, { roles: ['member', 'admin', 'lead'] });
    for (const where of ['/records/notes/n', '/records/rooms/hall'])
      expect((await ask(server, boss, 'GET', where)).code).toBe('not_found');
    for (const where of ['/users', '/api-keys', '/webhooks'])
      expect((await ask(server, boss, 'GET', where)).code).toBe('forbidden');
    expect((await ask(server, boss, 'DELETE', `/records/rooms/${guest.record}`)).code).toBe('forbidden');
    const { body } = await ask(server, boss, 'GET', '/schema');
    expect((body as SchemaDescription).collections.map(({ name, may }) => [name, may])).toEqual([
      ['rooms', { create: false, update: 'depends', delete: false }],
    ]);
    for (const claim of [7, '', 'rooms', 'rooms/a/b', '*', null])
      expect((await ask(server, await signedLike(guest, { concord_record: claim }), 'GET', '/auth/me')).code, String(claim)).toBe(
        'unauthenticated',
      );
  });

  it('opens the documents of its record and no others', async () => {
    const server = await start();
    const guest = await enter(server);
    const raw = await openRaw(server);
    const open = async (document: string): Promise<string> => {
      raw.send(frames.token(document, guest.token), frames.step1(document));
      await until(`an answer on ${document}`, () => raw.kinds(document).length > 0);
      const first = raw.received.find((frame) => frame.document === document);
      return first === undefined ? '' : 'text' in first && first.kind === 'denied' ? first.text : first.kind;
    };
    expect(await open(`acme/rooms/${guest.record}`)).toBe('authenticated');
    expect(await open(`acme/rooms/${guest.record}/messages.0`)).toBe('authenticated');
    for (const document of ['acme/rooms/hall', 'acme/notes/n', 'acme/notes/new', `acme/rooms/${guest.record}/email`])
      expect(await open(document), document).toBe('not_found');
    expect(await open('acme/rooms')).toBe('forbidden');
    expect(await open('acme/notes')).toBe('not_found');
  });

  it('[F5] hears of its record and nothing else, not even that another is gone', async () => {
    const server = await start();
    const guest = await enter(server);
    const another = await enter(server);
    const asSam = { ...sam, roles: ['member', 'admin'] };
    await server.json('DELETE', `/records/rooms/${another.record}`, undefined, asSam);
    await server.json('POST', `/records/rooms/${another.record}/purge`, undefined, asSam);
    await server.json('POST', `/records/rooms/${guest.record}/messages`, { text: 'Good morning!' }, sam);
    const page = (await ask(server, guest.token, 'GET', '/changes?since=0')).body as { results: FeedEvent[]; cursor: string };
    expect(page.results.map(({ type, record }) => [type, record])).toEqual([
      ['rooms.create', guest.record],
      ['rooms.messages.create', guest.record],
    ]);
    expect((await ask(server, guest.token, 'GET', `/changes?since=0&record=${another.record}`)).code).toBe('not_found');
    expect((await ask(server, guest.token, 'GET', '/changes?since=0&collections=notes')).code).toBe('not_found');
    const others = await ask(server, another.token, 'GET', `/changes?since=${page.cursor}`);
    expect(others.body).toMatchObject({ reset: 'access' });
  });

  it('is called by its name where it has said something, and is nobody to be found for a mention', async () => {
    const server = await start();
    const guest = await enter(server, { name: 'Kim' });
    await ask(server, guest.token, 'GET', '/auth/me');
    const named = async (query: string): Promise<readonly string[]> =>
      (await server.json<{ items: { name: string }[] }>('GET', `/users?${query}`, undefined, sam)).items.map(({ name }) => name);
    await until('its name to be kept', async () => (await named(`id=${guest.user.id}`)).includes('Kim'));
    expect(await named('query=kim')).toEqual([]);
    expect(await named('query=guest-')).toEqual([]);
  });

  it('has an id that none of the people of its account may have', async () => {
    const server = await start();
    const user = { id: 'guest-kim', password: 'long enough, I hope' };
    expect((await ask(server, await tokenFor(admin), 'POST', '/users', user)).code).toBe('bad_request');
  });
});
