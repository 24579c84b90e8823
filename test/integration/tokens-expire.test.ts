import { describe, expect, it } from 'vitest';
import type { ChangesPage, ErrorBody } from '@concord/protocol';
import { openStream, readPage } from '../kit/feed-readers.ts';
import { handClock, type HandClock } from '../kit/hand-clock.ts';
import { connected, flushed } from '../kit/providers.ts';
import { frames, openRawDocument, openRawYjs } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const short = { user: 'ann', expiresIn: 10 };
const long = { user: 'ben', expiresIn: 100_000 };
/** Past the end of the short one, whatever part of a second it was made in. */
const pastShortMs = 11_000;

/** Lets all short ones end that were made until now, however long that took. */
function pass(clock: HandClock): void {
  clock.advance(Date.now() - clock.now() + pastShortMs);
}

async function start(): Promise<{ server: TestServer; clock: HandClock }> {
  const clock = handClock();
  const server = await startServer({ clock });
  await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
  return { server, clock };
}

describe('when a token ends', () => {
  it('requests with it are refused, and told to get a new one', async () => {
    const { server, clock } = await start();
    const token = await tokenFor(short);
    const ask = (): Promise<Response> => server.fetch('/records/tickets/t1', { headers: { authorization: `Bearer ${token}` } });
    expect((await ask()).status).toBe(200);
    pass(clock);
    const refused = await ask();
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(((await refused.json()) as ErrorBody).error.code).toBe('token_expired');
  });

  it('a stream says so and ends; with a new token it goes on behind the last event', async () => {
    const { server, clock } = await start();
    const stream = await openStream(server, '0', { as: short });
    const other = await openStream(server, '0', { as: long });
    await stream.has(1);
    await other.has(1);
    const last = stream.cursor();
    pass(clock);
    const expired = await until('the end to be told', () => stream.named.find(({ name }) => name === 'expired'));
    expect(expired).toMatchObject({ data: { code: 'token_expired' }, id: last });
    // The stock client comes back with the same token, is refused, and stays away.
    await until('the stream to end for good', () => stream.source.readyState === stream.source.CLOSED);

    await server.json('PATCH', '/records/tickets/t1', { title: 'y' }, long);
    await other.has(2);
    const again = await openStream(server, last, { as: { ...short, expiresIn: 600 } });
    await again.has(1);
    expect(again.events).toMatchObject([{ version: 2 }]);
    expect(stream.events).toHaveLength(1);
  });

  it('a long poll is answered', async () => {
    const { server, clock } = await start();
    const { cursor } = await readPage(server, 'now');
    const token = await tokenFor(short);
    let answered = false;
    const waiting = server
      .fetch(`/changes?feed=longpoll&timeout=55000&since=${cursor}`, { headers: { authorization: `Bearer ${token}` } })
      .finally(() => (answered = true));
    await until('it to wait', async () =>
      (await (await fetch(`${server.url}/metrics`)).text()).includes('concord_feed_subscribers{transport="longpoll"} 1'),
    );
    expect(answered).toBe(false);
    pass(clock);
    const response = await waiting;
    expect(response.status).toBe(200);
    expect((await response.json()) as ChangesPage).toMatchObject({ results: [], cursor, resumed: true });
  });

  it('sockets are closed with 4401 on both protocols, and what they had sent is kept', async () => {
    const { server, clock } = await start();
    const token = await tokenFor(short);
    const ann = await connected(server, 'acme/tickets/t1', { as: short });
    ann.document.getText('body').insert(0, 'kept');
    await flushed(ann);
    const raw = await openRawDocument(server, 'acme/tickets/t1', short);
    const yjs = await openRawYjs(server, 'acme/tickets/t1', token);
    yjs.send(frames.step1(undefined));
    await until('it to be synced', () => yjs.kinds().includes('step2'));
    const ben = await connected(server, 'acme/tickets/t1', { as: long });

    pass(clock);
    const end = { code: 4401, reason: 'token_expired' };
    expect(await raw.ended()).toEqual(end);
    expect(await yjs.ended()).toEqual(end);
    ben.document.getText('body').insert(4, ' on');
    await flushed(ben);
    await server.json('PATCH', '/records/tickets/t1', { estimate: 1 }, long);
    const response = await server.fetch('/records/tickets/t1', { as: long });
    expect(await response.json()).toMatchObject({ body: 'kept on' });
    const late = await openRawYjs(server, 'acme/tickets/t1', token);
    expect(await late.ended()).toEqual(end);
  });

  it('an API key does not, nor what is read with it', async () => {
    const { server, clock } = await start();
    const { key } = await server.json<{ key: string }>(
      'POST',
      '/api-keys',
      { name: 'k', roles: ['member'] },
      { roles: ['admin'] },
    );
    const raw = await openRawYjs(server, 'acme/tickets/t1', key);
    raw.send(frames.step1(undefined));
    await until('it to be synced', () => raw.kinds().includes('step2'));
    for (let step = 0; step < 10; step++) {
      clock.advance(pastShortMs);
      await raw.settled();
    }
    expect(raw.end).toBeUndefined();
    clock.advance(2 * long.expiresIn * 1_000);
    expect((await fetch(`${server.url}/api/v1/auth/me`, { headers: { 'x-api-key': key } })).status).toBe(200);
  });
});
