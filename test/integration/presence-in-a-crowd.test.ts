import { expect, it } from 'vitest';
import { handClock } from '../kit/hand-clock.ts';
import { enter } from '../kit/presence.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const name = 'acme/tickets/t1';

async function startWithTicket(clock = handClock()): Promise<TestServer> {
  const server = await startServer({ clock });
  await server.json('POST', '/records/tickets', { id: 't1', title: 'A crowd' });
  return server;
}

it('passes on at once what each of a few says', async () => {
  const server = await startWithTicket();
  const [ann, ben] = [await enter(server, { user: 'ann' }, name), await enter(server, { user: 'ben' }, name)];
  await enter(server, { user: 'cleo' }, name);
  for (let cursor = 0; cursor < 5; cursor++) {
    ann.say({ cursor });
    // Time stands still.
    await until('Ben to see it', () => ben.sees()['ann']?.['cursor'] === cursor);
  }
});

it.each([20, 60])(
  'sends no more frames to each of %i people than to each of a few, while all of them renew and type',
  async (count) => {
    const clock = handClock();
    const server = await startWithTicket(clock);
    const crowd = await Promise.all(Array.from({ length: count }, (_, index) => enter(server, { user: `u${index}` }, name)));
    const watcher = await enter(server, { user: 'watcher' }, name);
    crowd.forEach((person, index) => person.say({ index }));
    await until('all to be seen', () => {
      clock.advance(200);
      return Object.keys(watcher.sees()).length === count;
    });

    const before = watcher.frames();
    // Each at a moment of its own, as clients do that came at different times.
    for (const [index, person] of crowd.entries()) {
      person.say({ index });
      clock.advance(16_000 / count);
      await person.client.settled();
    }
    clock.advance(8_000);
    await watcher.client.settled();
    expect(watcher.frames() - before).toBeLessThanOrEqual(4);

    const quiet = watcher.frames();
    for (const [index, person] of crowd.entries()) person.say({ index, typing: { log: 'comments', at: index } });
    await Promise.all(crowd.map(({ client }) => client.settled()));
    await until('all to be seen typing', () => {
      clock.advance(200);
      return Object.values(watcher.sees()).filter(({ typing }) => typing !== undefined).length === count;
    });
    expect(watcher.frames() - quiet).toBeLessThanOrEqual(4);
  },
);
