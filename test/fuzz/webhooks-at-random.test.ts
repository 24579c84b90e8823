import { expect, it } from 'vitest';
import { readAll } from '../kit/feed-readers.ts';
import { handClock } from '../kit/hand-clock.ts';
import { seededRandom, type Random } from '../kit/random.ts';
import { startReceiver, type Behaviour, type Receiver } from '../kit/receiver.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { makeWebhook, readWebhook, webhookAdmin as as, type Webhook } from '../kit/webhooks.ts';

const secondMs = 1000;
const hourMs = 60 * 60 * secondMs;
const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const statuses = ['open', 'waiting', 'closed'];

const moods: readonly Behaviour[] = [
  () => 204,
  () => 200,
  () => 500,
  () => 404,
  () => 307,
  (_request, response) => void response.destroy(),
  (_request, response) => void response.writeHead(503, { 'retry-after': '30' }).end(),
  (_request, response) => void response.writeHead(429, { 'retry-after': '1' }).end(),
  // Nobody hears of it any more.
  () => undefined,
];

interface Reader {
  readonly receiver: Receiver;
  readonly webhook: Webhook;
  /** How it would read the feed itself. */
  readonly query: string;
}

async function writeSomething(server: TestServer, random: Random): Promise<void> {
  const id = random.pick(ids);
  const body = { status: random.pick(statuses), title: String(random.below(1000)) };
  const send = (method: string, path: string, given?: object): Promise<Response> =>
    server.fetch(`/records/tickets${path}`, {
      method,
      as,
      headers: { 'content-type': 'application/json' },
      ...(given === undefined ? {} : { body: JSON.stringify(given) }),
    });
  switch (random.below(8)) {
    case 0:
      await send('DELETE', `/${id}`);
      return;
    case 1:
      await send('POST', `/${id}/restore`);
      return;
    case 2:
      await send('POST', '', { id, ...body });
      return;
    default:
      await send('PATCH', `/${id}`, body);
  }
}

it('whatever receivers do, and however often the server ends, each record arrives whole and in order', async () => {
  const random = seededRandom();
  const note = `CONCORD_SEED=${random.seed}`;
  const clock = handClock();
  let server = await startServer({ clock });
  const asked = [
    { query: '', request: {} },
    { query: 'collections=tickets:create,delete', request: { events: ['tickets.create', 'tickets.delete'] } },
    {
      query: `collections=tickets&filter=${encodeURIComponent("status = 'closed'")}`,
      request: { collections: ['tickets'], filter: "status = 'closed'" },
    },
  ];
  const readers: Reader[] = [];
  for (const { query, request } of asked) {
    const receiver = await startReceiver((one, response) => random.pick(moods)(one, response));
    readers.push({ receiver, query, webhook: await makeWebhook(server, { url: receiver.url, ...request }) });
  }
  await server.json('POST', '/records/tickets/batch', { records: ids.map((id) => ({ id, title: id })) }, as);

  for (let step = 0; step < 60; step++) {
    const what = random.below(20);
    if (what < 14) await writeSomething(server, random);
    else if (what < 18) clock.advance(random.pick([1, 6, 20, 60]) * secondMs);
    else {
      await server.stop();
      server = await startServer({ folder: server.folder, clock });
    }
  }

  for (const { receiver } of readers) receiver.behave(() => 204);
  const pending = async (): Promise<number> => {
    const all = await Promise.all(readers.map(({ webhook }) => readWebhook(server, webhook)));
    return all.reduce((sum, one) => sum + one.pending, 0);
  };
  let seen = -1;
  await until(`all to be over (${note})`, async () => {
    const received = readers.reduce((sum, { receiver }) => sum + receiver.received.length, 0);
    if (received === seen) clock.advance(hourMs);
    seen = received;
    return (await pending()) === 0;
  });

  for (const { receiver, query } of readers) {
    const wanted = await readAll(server, '0', { as, query });
    await until(`the last of them (${note}, ${query})`, () => receiver.received.some(({ id }) => id === wanted.at(-1)?.id));
    const first = new Map(receiver.received.map(({ id, message }) => [id, message]));
    expect(new Set(first.keys()), `${note}, ${query}`).toEqual(new Set(wanted.map(({ id }) => id)));
    for (const record of ids) {
      // Of what came more than once the first time counts; repeats come at once, before what follows.
      const versions = receiver.received
        .filter(({ message }) => message.record === record)
        .map(({ message }) => message.version ?? 0);
      expect(versions, `${note}, ${query}, ${record}`).toEqual(versions.toSorted((left, right) => left - right));
    }
    for (const event of wanted) expect(first.get(event.id)?.type, note).toBe(event.type);
  }
});
