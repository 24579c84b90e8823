import { expect, it, onTestFinished } from 'vitest';
import { createClient, type ChangeEvent, type Transport } from '@concord/client';
import { readAll } from '../kit/feed-readers.ts';
import { seededRandom } from '../kit/random.ts';
import { startRoughProxy } from '../kit/rough-proxy.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const ways: readonly (readonly Transport[])[] = [
  ['websocket', 'sse', 'longpoll', 'poll'],
  ['websocket'],
  ['sse', 'longpoll', 'poll'],
  ['sse'],
  ['longpoll'],
  ['poll'],
];

it('[F2] loops over the feed are told each event once and in order, whatever is cut', async () => {
  const random = seededRandom();
  const chance = (probability: number): boolean => random.below(1_000_000) < probability * 1_000_000;
  try {
    const server = await startServer();
    const proxy = await startRoughProxy({
      to: Number(new URL(server.url).port),
      random: { below: random.below, chance },
      roughness: 0.4,
    });
    onTestFinished(() => proxy.close());
    const readers = ways.map((transports) => {
      const client = createClient({ url: `http://127.0.0.1:${proxy.port}`, token: () => tokenFor(), transports });
      onTestFinished(() => client.close());
      const events: ChangeEvent[] = [];
      const loop = async (): Promise<void> => {
        for await (const change of client.changes({ since: '0', collections: ['tickets'] })) {
          expect(change.type).toMatch(/\./);
          events.push(change as ChangeEvent);
          // A loop that is slow is held up, and not overrun.
          if (random.below(20) === 0) await new Promise((resolve) => setImmediate(resolve));
        }
      };
      return { client, transports, events, over: loop() };
    });
    for (let step = 0; step < 300; step++) {
      const records = Array.from({ length: 1 + random.below(10) }, () => ({ title: `step ${step}` }));
      await server.json('POST', '/records/tickets/batch', { records });
      if (random.below(15) === 0) proxy.cut(0.5);
    }
    proxy.calm();
    const all = await readAll(server);
    for (const { client, transports, events, over } of readers) {
      const name = `all by ${transports.join()}`;
      await until(name, () => events.length >= all.length).catch(() => expect(events.length, name).toBe(all.length));
      expect(events, name).toEqual(all);
      await client.close();
      // The loop ends with its client.
      await over;
    }
  } catch (error) {
    throw new Error(`With CONCORD_SEED=${random.seed} again`, { cause: error });
  }
});
