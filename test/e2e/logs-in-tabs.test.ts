import type { Page } from 'playwright-core';
import type { LogAttachment, LogEntry, LogPage } from '@concord/protocol';
import type { LiveLog, ShownEntry } from '@concord/client';
import { expect, it } from 'vitest';
import { crashTab } from '../kit/client-bundle.ts';
import { openClientTabs, type ClientTabs } from '../kit/client-tabs.ts';
import logs from '../kit/logs.config.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

declare global {
  interface Window {
    log: LiveLog;
  }
}

const bob = { user: 'bob' };
const comments = '/records/tickets/1/comments';
const remarks = '/records/drafts/1/remarks';

async function withTicket(): Promise<TestServer> {
  const server = await startServer({ config: logs });
  await server.json('POST', '/records/tickets', { id: '1', title: 'The lamp flickers' });
  await server.json('POST', comments, { text: 'It does' }, bob);
  return server;
}

/** A tab in which a log is open as `window.log`. */
async function openLog(tabs: ClientTabs, collection = 'tickets', name = 'comments'): Promise<Page> {
  const page = await tabs.open();
  await page.evaluate(
    ([from, log]) => {
      window.log = (window.client as unknown as { log(...of: readonly string[]): LiveLog }).log(from, '1', log);
    },
    [collection, name] as const,
  );
  return page;
}

const entries = (page: Page): Promise<readonly ShownEntry[]> => page.evaluate(() => window.log.get().entries);
const shown = async (page: Page): Promise<string[]> =>
  (await entries(page)).map(({ text, delivery, seq }) => `${seq ?? '-'} ${text} ${delivery}`);
const phase = (page: Page): Promise<string> => page.evaluate(() => window.log.get().phase);
const said = async (server: TestServer): Promise<string[]> =>
  (await server.json<LogPage>('GET', comments)).items.map(({ text }: LogEntry) => text);

it('shows what it last knew without a network, and sends what was said then once, though its tab is closed', async () => {
  const server = await withTicket();
  const tabs = await openClientTabs(server);
  const one = await openLog(tabs);
  await expect.poll(() => phase(one)).toBe('live');
  // By the document, which is kept.
  await server.json('POST', comments, { text: 'It did' }, bob);
  await expect.poll(() => shown(one)).toEqual(['1 It does sent', '2 It did sent']);
  await tabs.offline(true);
  await one.evaluate(async () => {
    window.log.send({ text: 'First' });
    window.log.send({ text: 'Second' });
    const pending = window.client.commands.pending;
    // Kept once the outbox shows them.
    await new Promise<void>((resolve) => {
      const look = (): void => void (pending.get().length === 2 && resolve());
      pending.subscribe(look);
      look();
    });
  });
  const expected = ['1 It does sent', '2 It did sent', '- First sending', '- Second sending'];
  await expect.poll(() => shown(one)).toEqual(expected);
  const two = await openLog(tabs);
  await expect.poll(() => shown(two)).toEqual(expected);
  expect(await phase(two)).toBe('offline');
  await one.close();
  await two.close();
  await tabs.offline(false);
  const three = await openLog(tabs);
  await expect.poll(() => shown(three)).toEqual(['1 It does sent', '2 It did sent', '3 First sent', '4 Second sent']);
  expect(await said(server)).toEqual(['It does', 'It did', 'First', 'Second']);
});

it('makes one entry where a tab is killed in the middle of sending it, and shows it once in every tab', async () => {
  const server = await withTicket();
  const tabs = await openClientTabs(server);
  const [one, two] = [await openLog(tabs), await openLog(tabs)];
  for (const page of [one, two]) await expect.poll(() => phase(page)).toBe('live');
  const isDone = Promise.withResolvers<void>();
  // The server does what is asked, and the answer does not come back.
  await tabs.context.route(`**/api/v1${comments}`, async (route) => {
    if (route.request().method() !== 'POST') return await route.continue();
    await route.fetch();
    isDone.resolve();
  });
  await one.evaluate(() => void window.log.send({ text: 'Once' }));
  await isDone.promise;
  await tabs.context.unroute(`**/api/v1${comments}`);
  await crashTab(one);
  await expect.poll(() => two.evaluate(() => window.client.commands.pending.get().length)).toBe(0);
  await expect.poll(() => shown(two)).toEqual(['1 It does sent', '2 Once sent']);
  expect(await said(server)).toEqual(['It does', 'Once']);
});

it('shows in each tab what was sent, refused or given up in another', async () => {
  const server = await withTicket();
  const tabs = await openClientTabs(server);
  const [one, two] = [await openLog(tabs), await openLog(tabs)];
  for (const page of [one, two]) await expect.poll(() => phase(page)).toBe('live');
  await two.evaluate(() => void window.log.send({ text: 'To nobody', replyTo: 'nothing' }));
  for (const page of [one, two]) await expect.poll(() => shown(page)).toEqual(['1 It does sent', '- To nobody failed']);
  await two.evaluate(() => void window.log.send({ text: 'To all' }));
  const both = ['1 It does sent', '2 To all sent', '- To nobody failed'];
  for (const page of [one, two]) await expect.poll(() => shown(page)).toEqual(both);
  const [refused] = (await entries(two)).slice(-1);
  await one.evaluate((id) => window.log.discard(id), refused?.id ?? '');
  for (const page of [one, two]) await expect.poll(() => shown(page)).toEqual(['1 It does sent', '2 To all sent']);
});

it('uploads a file and tells how far it is, and shows it to who reads it', async () => {
  const server = await startServer({ config: logs });
  const editor = { user: 'alice', roles: ['member', 'editor'] };
  await server.json('POST', '/records/drafts', { id: '1', title: 'The lamp' }, editor);
  const tabs = await openClientTabs(server, editor);
  const page = await openLog(tabs, 'drafts', 'remarks');
  await expect.poll(() => phase(page)).toBe('live');
  const { attachment, shares, text } = await page.evaluate(async () => {
    const shares: number[] = [];
    const file = new Blob(['It flickers.\n'.repeat(10_000)], { type: 'text/plain' });
    const attachment = await window.log.upload(file, 'lamp.txt', (share) => shares.push(share));
    await window.log.send({ text: '', attachments: [attachment] }).done;
    const text = await (await window.log.file(attachment)).text();
    return { attachment, shares, text };
  });
  expect(attachment).toMatchObject({ name: 'lamp.txt', type: 'text/plain', size: 130_000 } satisfies Partial<LogAttachment>);
  expect(shares.at(-1)).toBe(1);
  expect(text).toHaveLength(130_000);
  const page1 = await until('the entry', async () => {
    const { items } = await server.json<LogPage>('GET', remarks, undefined, editor);
    return items[0];
  });
  expect(page1.attachments).toMatchObject([{ id: attachment.id }]);
});

it('tells others that a page is hidden', async () => {
  const server = await withTicket();
  const [hers, his] = await Promise.all([openClientTabs(server), openClientTabs(server, bob)]);
  const [one, two] = [await hers.open(), await his.open()];
  await one.evaluate(() => void window.client.record('tickets', '1'));
  await two.evaluate(() => Object.assign(window, { here: window.client.presence('tickets') }));
  const seen = (): Promise<unknown> =>
    two.evaluate(() => {
      const { here } = window as unknown as { readonly here: ReturnType<typeof window.client.presence> };
      return here.others.get().map(({ user, record, isAway = false }) => [user.id, record, isAway]);
    });
  await expect.poll(seen).toEqual([['alice', '1', false]]);
  const turn = (state: string): Promise<unknown> =>
    one.evaluate((visibilityState) => {
      Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true });
      return document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  await turn('hidden');
  await expect.poll(seen).toEqual([['alice', '1', true]]);
  await turn('visible');
  await expect.poll(seen).toEqual([['alice', '1', false]]);
});
