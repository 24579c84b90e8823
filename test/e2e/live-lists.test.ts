import { expect, it } from 'vitest';
import type { LiveQuery } from '@concord/client';
import type { RecordView } from '@concord/protocol';
import { launchBrowser } from '../kit/browser.ts';
import { serveClient } from '../kit/client-bundle.ts';
import type {} from '../kit/client-page.ts';
import { openTab } from '../kit/page-bundle.ts';
import { startPickyProxy, type Way } from '../kit/picky-proxy.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

declare global {
  interface Window {
    list: LiveQuery<RecordView>;
    /** How often the page was told of something. */
    told: number;
  }
}

it.each<[Way, readonly Way[]]>([
  ['websocket', []],
  ['sse', ['websocket']],
  ['longpoll', ['websocket', 'sse']],
])('a page shows a list that stays right by %s, where %j do not get through', async (expected, blocked) => {
  const server = await startServer();
  const proxy = await startPickyProxy(server);
  for (const way of blocked) proxy.treat(way, way === 'sse' ? 'hold' : 'refuse');
  const records = (from: number): object[] =>
    Array.from({ length: 100 }, (_, index) => ({ id: `t${from + index}`, title: 'A ticket', estimate: from + index }));
  await server.json('POST', '/records/tickets/batch', { records: records(0) });

  const browser = await launchBrowser();
  // A page that is made up here has no address, and so may not open WebSockets to this machine by itself.
  const context = await browser.newContext({ permissions: ['local-network-access'] });
  await serveClient(context);
  const page = await openTab(context, proxy.url);
  await page.evaluate(
    ({ url, token }) => {
      const client = window.concord.createClient({ url, token });
      window.list = client.query('tickets', { sort: '-estimate', limit: 500 }) as unknown as LiveQuery<RecordView>;
      window.told = 0;
      window.list.subscribe(() => window.told++);
    },
    { url: proxy.url, token: await tokenFor() },
  );
  await page.waitForFunction(() => window.list.get().items.length === 100);
  // Without a WebSocket, documents are woken by the feed, too.
  await until(`the feed by ${expected}`, () => proxy.open(expected) >= 1);
  await page.evaluate(() => (window.told = 0));

  for (let from = 100; from < 500; from += 100) await server.json('POST', '/records/tickets/batch', { records: records(from) });
  await server.json('PATCH', '/records/tickets/t0', { estimate: 1000 });
  await server.json('DELETE', '/records/tickets/t499');
  await page.waitForFunction(() => window.list.get().items[0]?.id === 't0' && window.list.get().items.length === 499);
  const { ids, told, total } = await page.evaluate(() => ({
    ids: window.list.get().items.map(({ id }) => id),
    total: window.list.get().total,
    told: window.told,
  }));
  expect(ids).toEqual(['t0', ...Array.from({ length: 498 }, (_, index) => `t${498 - index}`)]);
  expect(total).toBe(499);
  // 402 events, in a few frames.
  expect(told).toBeLessThan(100);
});
