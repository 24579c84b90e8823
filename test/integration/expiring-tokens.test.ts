import { expect, it } from 'vitest';
import { handClock } from '../kit/hand-clock.ts';
import { connectedYjs } from '../kit/providers.ts';
import { frames, openRaw, openRawDocument, openRawYjs, updateWriting } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';

it('closes a socket of either kind when its token expires', async () => {
  const clock = handClock();
  const server = await startServer({ clock });
  const brief = await openRawDocument(server, name, { expiresIn: 60 });
  const lasting = await openRawDocument(server, name, { expiresIn: 3600 });
  const yves = await openRawYjs(server, name, await tokenFor({ expiresIn: 60 }));
  yves.send(frames.step1());
  await until('Yves to be synced', () => yves.kinds().includes('step2'));

  clock.advance(55_000);
  brief.send(frames.update(name, updateWriting('in time')));
  await until('the ack', () => brief.acks(name) === 1);
  clock.advance(60_000);
  expect(await brief.ended()).toEqual({ code: 4401, reason: 'token_expired' });
  expect(await yves.ended()).toEqual({ code: 4401, reason: 'token_expired' });
  lasting.send(frames.update(name, updateWriting('later')));
  await until('the ack', () => lasting.acks(name) === 1);
});

it('goes by the token that expires first where a socket has several', async () => {
  const clock = handClock();
  const server = await startServer({ clock });
  const client = await openRaw(server);
  client.send(frames.token(name, await tokenFor({ expiresIn: 3600 })), frames.step1(name));
  client.send(frames.token('acme/notes/n2', await tokenFor({ expiresIn: 60 })), frames.step1('acme/notes/n2'));
  await until('both', () => client.kinds(name).includes('step2') && client.kinds('acme/notes/n2').includes('step2'));
  clock.advance(90_000);
  expect(await client.ended()).toEqual({ code: 4401, reason: 'token_expired' });
});

it('is final for a stock y-websocket client, which does not come back with the same token', async () => {
  const clock = handClock();
  const server = await startServer({ clock });
  const yves = await connectedYjs(server, name, { as: { expiresIn: 60 } });
  let closed: { code: number } | undefined;
  yves.on('closed', (event: { code: number }) => (closed = event));
  clock.advance(90_000);
  expect(await until('the end', () => closed)).toMatchObject({ code: 4401 });
  expect(yves.shouldConnect).toBe(false);
});
