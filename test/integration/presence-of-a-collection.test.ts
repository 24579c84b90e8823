import { describe, expect, it } from 'vitest';
import guarded from '../kit/guarded.config.ts';
import { handClock } from '../kit/hand-clock.ts';
import { enter } from '../kit/presence.ts';
import { connected } from '../kit/providers.ts';
import { frames, openRaw, openRawDocument, openRawYjs, updateWriting } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { postSync, refusal } from '../kit/sync-request.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const room = 'acme/tickets';

describe('the presence of a collection', () => {
  it('shows to each where the others are, under the names by which they have authenticated', async () => {
    const server = await startServer();
    const ann = await enter(server, { user: 'ann' }, room);
    const ben = await enter(server, { user: 'ben' }, room);
    ann.say({ record: 't1', field: 'title', user: { id: 'mallory', name: 'Not Ann' } });
    await until('Ben to see her', () => 'ann' in ben.sees());
    expect(ben.sees()).toEqual({ ann: { record: 't1', field: 'title' } });
    const late = await enter(server, { user: 'cy' }, room);
    await until('the newcomer to see her', () => 'ann' in late.sees());
    ann.say({ record: 't2' });
    await until('all to see where she went', () => JSON.stringify([ben.sees(), late.sees()]).match(/t2.*t2/));
    ann.client.socket.terminate();
    await until('all to see that she has left', () => !('ann' in ben.sees()) && !('ann' in late.sees()));
    ben.say({ record: 't3' });
    await until('Ben to be seen', () => 'ben' in late.sees());
    ben.say(null);
    await until('Ben to be gone', () => !('ben' in late.sees()));
  });

  it('lets nobody speak for the client of somebody else', async () => {
    const server = await startServer();
    const [ann, ben, eve] = [
      await enter(server, { user: 'ann' }, room),
      await enter(server, { user: 'ben' }, room),
      await enter(server, { user: 'eve' }, room),
    ];
    ann.say({ record: 't1' });
    await until('her to be seen', () => 'ann' in ben.sees() && 'ann' in eve.sees());
    eve.awareness.clientID = ann.awareness.clientID;
    eve.awareness.setLocalState({ record: 'elsewhere' });
    eve.say(null);
    eve.awareness.clientID = 77;
    eve.awareness.setLocalState({});
    eve.say({ record: 't9' });
    await until('Eve to be seen', () => 'eve' in ben.sees());
    expect(ben.sees()).toEqual({ ann: { record: 't1' }, eve: { record: 't9' } });
  });

  it('is empty as a document, and read-only', async () => {
    const server = await startServer();
    const client = await openRawDocument(server, room);
    client.send(
      frames.step1(room),
      frames.update(room, updateWriting('x')),
      frames.step2(room, Uint8Array.of(0, 0)),
      frames.flush(room, 1),
    );
    await until('the answers', () => client.kinds(room).includes('stateless'));
    expect(client.received.filter(({ kind }) => kind !== 'awareness')).toEqual([
      { document: room, kind: 'step1', body: Uint8Array.of(0) },
      { document: room, kind: 'step2', body: Uint8Array.of(0, 0) },
      { document: room, kind: 'saved', saved: false },
      { document: room, kind: 'saved', saved: true },
      { document: room, kind: 'stateless', text: '{"type":"flushed","id":1}' },
    ]);
    expect((await server.json<{ items: unknown[] }>('GET', '/records/tickets')).items).toEqual([]);
    for await (const [key] of server.store.range({ gte: 'acme', lt: 'acmf' })) throw new Error(`Something is stored: ${key}`);
    const provider = await connected(server, room);
    provider.awareness?.setLocalState({ record: 't1' });
    const other = await enter(server, { user: 'ben' }, room);
    await until('a stock provider to be seen', () => 'alice' in other.sees());
  });

  it('shows who is here, and not where, where policies decide by the record', async () => {
    const server = await startServer({ config: guarded });
    const name = 'acme/projects';
    const [ann, ben] = [await enter(server, { user: 'ann' }, name), await enter(server, { user: 'ben' }, name)];
    ann.say({ record: 'p1', field: 'title', path: 'p1/title', away: true });
    await until('Ben to see her', () => 'ann' in ben.sees());
    expect(ben.sees()).toEqual({ ann: { away: true } });
    ann.say({ record: 'p2' });
    await until('Ben to see that she is back', () => JSON.stringify(ben.sees()) === '{"ann":{}}');
  });

  it('is for who may read records of it', async () => {
    const server = await startServer({ config: guarded });
    const client = await openRaw(server);
    for (const [name, as, reason] of [
      ['acme/nowhere', {}, 'not_found'],
      ['globex/staff', {}, 'not_found'],
      ['acme/staff', { account: 'globex' }, 'not_found'],
      ['acme/Staff', {}, 'invalid_name'],
      ['acme', {}, 'invalid_name'],
      ['acme/', {}, 'invalid_name'],
    ] as const) {
      client.send(frames.token(name, await tokenFor(as)));
      const denied = await until(`an answer for ${name}`, () => client.received.find((frame) => frame.document === name));
      expect(denied, name).toMatchObject({ kind: 'denied', text: reason });
    }
    const yves = await openRawYjs(server, 'acme/staff');
    expect((await yves.ended()).reason).toBe('invalid_name');
    expect(await refusal(postSync(server, 'acme/staff', [frames.step1()]))).toEqual([404, 'not_found', undefined]);
  });

  it('names no field to who may not see it', async () => {
    const server = await startServer({ config: guarded });
    const hr = { user: 'hanna', roles: ['hr'] };
    const [hanna, helga, max] = await Promise.all([
      enter(server, hr, 'acme/staff'),
      enter(server, { ...hr, user: 'helga' }, 'acme/staff'),
      enter(server, { user: 'max' }, 'acme/staff'),
    ]);
    hanna.say({ record: 's1', field: 'salary' });
    await until('both to see her', () => 'hanna' in helga.sees() && 'hanna' in max.sees());
    expect(helga.sees()).toEqual({ hanna: { record: 's1', field: 'salary' } });
    expect(max.sees()).toEqual({ hanna: { record: 's1' } });
    expect(JSON.stringify((await enter(server, { user: 'mia' }, 'acme/staff')).sees())).not.toContain('salary');
  });

  it('ends with the token, and goes on with another', async () => {
    const clock = handClock();
    const said: unknown[] = [];
    const server = await startServer({ clock, onLog: ({ msg }) => said.push(msg) });
    const ann = await enter(server, { user: 'ann', expiresIn: 60 }, room);
    clock.advance(45_000);
    await until('another token to be asked for', () => ann.client.kinds(room).includes('asked'));
    ann.client.send(frames.token(room, await tokenFor({ user: 'ann', expiresIn: 600 })));
    await until('it to be accepted', () => said.includes('token renewed'));
    clock.advance(60_000);
    ann.client.send(frames.flush(room, 1));
    await until('the answer', () => ann.client.kinds(room).includes('stateless'));
    clock.advance(600_000);
    expect(await ann.client.ended()).toEqual({ code: 4401, reason: 'token_expired' });
  });

  it('joins what many say into few frames, and passes renewals on together', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const watcher = await enter(server, { user: 'watcher' }, room);
    const crowd = await Promise.all(Array.from({ length: 30 }, (_, index) => enter(server, { user: `u${index}` }, room)));
    crowd.forEach((person, index) => person.say({ record: `t${index}` }));
    await Promise.all(crowd.map(({ client }) => client.settled()));
    clock.advance(100);
    await until('all to be seen', () => Object.keys(watcher.sees()).length === 30);
    expect(watcher.frames()).toBeLessThanOrEqual(2);

    const before = watcher.frames();
    for (let round = 0; round < 10; round++) crowd.forEach((person, index) => person.say({ record: `t${index}`, round }));
    await Promise.all(crowd.map(({ client }) => client.settled()));
    clock.advance(100);
    await until('the last of it', () =>
      Object.values(watcher.sees()).every((state) => (state as { round?: number }).round === 9),
    );
    expect(watcher.frames() - before).toBeLessThanOrEqual(2);

    const quiet = watcher.frames();
    for (const person of crowd) person.renew();
    await Promise.all(crowd.map(({ client }) => client.settled()));
    clock.advance(1_000);
    await watcher.client.settled();
    expect(watcher.frames()).toBe(quiet);
    const clocks = (): number[] => crowd.map(({ awareness: { clientID } }) => watcher.awareness.meta.get(clientID)?.clock ?? 0);
    const clocksBefore = clocks();
    clock.advance(8_000);
    await until(
      'the renewals',
      () => watcher.frames() > quiet && clocks().every((now, index) => now > (clocksBefore[index] ?? 0)),
    );
    expect(watcher.frames()).toBe(quiet + 1);
  });

  it('forgets who has not been heard of for half a minute', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const [ann, ben] = [await enter(server, { user: 'ann' }, room), await enter(server, { user: 'ben' }, room)];
    ann.say({ record: 't1' });
    await until('Ben to see her', () => 'ann' in ben.sees());
    await until('her to be forgotten', () => {
      clock.advance(8_000);
      return !('ann' in ben.sees());
    });
    ann.renew();
    clock.advance(100);
    await until('her to be back', () => 'ann' in ben.sees());
  });
});
