import { expect, it } from 'vitest';
import type { ChangesPage } from '@concord/protocol';
import { connect, connected, flushed, openSocket } from '../kit/providers.ts';
import { frames, openRaw, openRawYjs, updateWriting, type RawClient } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

function refusalOn(client: RawClient, document: string): string | undefined {
  const denied = client.received.find((frame) => frame.document === document && frame.kind === 'denied');
  return denied !== undefined && 'text' in denied ? denied.text : undefined;
}

const impossible: readonly (readonly [what: string, document: string])[] = [
  ['an empty name', ''],
  ['spaces', '   '],
  ['too few segments', 'acme'],
  ['too many segments', 'acme/notes/n1/body/more'],
  ['dots', 'acme/notes/..'],
  ['dots on the way', 'acme/../other/notes'],
  ['a part of dots', 'acme/notes/n1/..'],
  ['an empty segment', 'acme//n1'],
  ['a line break', 'acme/notes/n1\n'],
  ['10 KB', `acme/notes/${'n'.repeat(10_000)}`],
  ['4 KB of slashes', '/'.repeat(4_000)],
  ['Cyrillic', 'acme/notes/запись'],
  ['Arabic', 'acme/notes/سجل'],
  ['emoji', 'acme/notes/📓'],
  ['a full-width letter', 'ａcme/notes/n1'],
  ['an upper-case account', 'Acme/notes/n1'],
  ['an encoded slash', 'acme%2Fnotes%2Fn1'],
  ['a property of every object', 'acme/__proto__/n1'],
];

it.each(impossible)('refuses a name of %s on both endpoints, and goes on with the socket', async (_what, document) => {
  const server = await startServer();
  const client = await openRaw(server);
  const token = await tokenFor();
  client.send(frames.token(document, token), frames.step1(document), frames.update(document, updateWriting('x')));
  expect(await until('the refusal', () => refusalOn(client, document))).toBe('invalid_name');
  client.send(frames.token('acme/notes/n1', token), frames.step1('acme/notes/n1'));
  await until('a good name', () => client.kinds('acme/notes/n1').includes('step2'));
  expect(client.end).toBeUndefined();

  const yves = await openRawYjs(server, encodeURIComponent(document));
  expect(await yves.ended()).toEqual({ code: 4400, reason: 'invalid_name' });
  expect((await server.json<ChangesPage>('GET', '/changes?since=0')).results).toEqual([]);
});

it('refuses a NUL in the name of /yjs, where no session can follow', async () => {
  const server = await startServer();
  const yves = await openRawYjs(server, 'acme/notes/n1%00other');
  expect(await yves.ended()).toEqual({ code: 4400, reason: 'invalid_name' });
});

const denied: readonly (readonly [what: string, document: string, as: TestUser, code: string])[] = [
  ['a record that is not there', 'acme/tickets/42', {}, 'not_found'],
  ['a record that is not there, in a collection one may not create in', 'acme/articles/a1', {}, 'not_found'],
  ["another account's record", 'acme/notes/n1', { account: 'other' }, 'not_found'],
  ["another account's name that nobody has", 'nobody/notes/n1', {}, 'not_found'],
  ['a collection that is not there', 'acme/nothing/n1', {}, 'not_found'],
  ['a collection that one may not read', 'acme/secrets/s1', {}, 'not_found'],
  ['a part that is not there', 'acme/notes/n1/salary', {}, 'not_found'],
  ['a token that has expired', 'acme/notes/n1', { expiresIn: -60 }, 'token_expired'],
];

it.each(denied)('refuses %s, and lets nothing be written', async (_what, document, as, code) => {
  const server = await startServer();
  const owner = await connected(server, 'acme/notes/n1');
  owner.document.getText('body').insert(0, 'mine');
  await flushed(owner);
  const token = await tokenFor(as);
  const client = await openRaw(server);
  client.send(frames.token(document, token), frames.step1(document), frames.update(document, updateWriting('theirs')));
  expect(await until('the refusal', () => refusalOn(client, document))).toBe(code);
  await client.settled();
  expect(new Set(client.kinds(document))).toEqual(new Set(['denied']));
  const yves = await openRawYjs(server, document, token);
  expect((await yves.ended()).reason).toBe(code);
  expect(yves.received).toEqual([]);
  expect(owner.document.getText('body').toString()).toBe('mine');
});

it.each([
  ['no token', ''],
  ['nonsense', 'nonsense'],
  ['what looks like a token', 'a.b.c'],
  ['8 KB', 'x'.repeat(8000)],
])('refuses %s for a token on both endpoints', async (_what, token) => {
  const server = await startServer();
  const client = await openRaw(server);
  client.send(frames.token('acme/notes/n1', token), frames.step1('acme/notes/n1'));
  expect(await until('the refusal', () => refusalOn(client, 'acme/notes/n1'))).toBe('unauthenticated');
  const yves = await openRawYjs(server, 'acme/notes/n1', token);
  expect(await yves.ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
});

it('makes a record at the first edit where the collection says createOnConnect, and not before', async () => {
  const server = await startServer();
  const ann = await connected(server, 'acme/notes/new', { as: { user: 'ann' } });
  expect((await server.fetch('/records/notes/new')).status).toBe(404);
  ann.document.getText('body').insert(0, 'first words');
  await flushed(ann);
  await until('the record', async () => (await server.fetch('/records/notes/new')).ok);
  const { results } = await server.json<ChangesPage>('GET', '/changes?since=0');
  expect(results).toMatchObject([
    { type: 'notes.create', record: 'new', version: 1, actors: ['ann'], data: { createdBy: 'ann' } },
  ]);
});

it('tells a stock provider why, and lets the others on its socket be', async () => {
  const server = await startServer();
  const socket = openSocket(server);
  const reasons: string[] = [];
  const good = await connected(server, 'acme/notes/n1', { socket });
  await connect(server, 'acme/tickets/none', { socket }, { onAuthenticationFailed: ({ reason }) => reasons.push(reason) });
  await until('the reason', () => reasons.length > 0);
  expect(reasons).toEqual(['not_found']);
  good.document.getText('body').insert(0, 'undisturbed');
  await flushed(good);
});
