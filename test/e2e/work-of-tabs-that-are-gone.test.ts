import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { crashTab } from '../kit/client-bundle.ts';
import { openClientTabs, pendingIn } from '../kit/client-tabs.ts';
import { readAll } from '../kit/feed-readers.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const events = async (server: TestServer): Promise<string[]> =>
  (await readAll(server)).map(({ type, record }) => `${type} ${record}`);

const operations = async (page: Page): Promise<string[]> =>
  (await pendingIn(page)).map(({ operation, state }) => `${operation} ${state}`);

describe('commands', () => {
  it('wait in one outbox for all tabs, and are told to have been carried out in the tab that asked', async () => {
    const server = await startServer();
    const tabs = await openClientTabs(server);
    const [one, two] = [await tabs.open(), await tabs.open()];
    await tabs.offline(true);
    await one.evaluate(() => window.client.commands.create('tickets', { id: 'lamp', title: 'One' }).kept);
    await expect.poll(() => operations(two)).toEqual(['create waiting']);
    await two.evaluate(() => {
      const { kept, done } = window.client.commands.update('tickets', 'lamp', { title: 'Two' });
      Object.assign(window, { outcome: done.then(() => 'done') });
      return kept;
    });
    await expect.poll(() => operations(one)).toEqual(['create waiting', 'update waiting']);
    await tabs.offline(false);
    expect(await two.evaluate(() => (window as unknown as { outcome: Promise<string> }).outcome)).toBe('done');
    await expect.poll(() => operations(one)).toEqual([]);
    expect(await events(server)).toEqual(['tickets.create lamp', 'tickets.update lamp']);
  });

  it('that are refused or given up in one tab are so in the others', async () => {
    const server = await startServer();
    const tabs = await openClientTabs(server);
    const [one, two] = [await tabs.open(), await tabs.open()];
    const refusal = await two.evaluate(() =>
      window.client.commands.update('tickets', 'lamp', { title: 'None' }).done.catch(({ code }: { code: string }) => code),
    );
    expect(refusal).toBe('not_found');
    await expect.poll(() => operations(one)).toEqual(['update failed']);
    const [command] = await pendingIn(one);
    await one.evaluate((id) => window.client.commands.discard(id), command?.id ?? '');
    await expect.poll(() => operations(two)).toEqual([]);
  });

  it('make one record where a tab is killed in the middle of its request', async () => {
    const server = await startServer();
    const tabs = await openClientTabs(server);
    const one = await tabs.open();
    // The server does what is asked, and the answer does not come back.
    const isDone = Promise.withResolvers<void>();
    await tabs.context.route('**/api/v1/records/tickets', async (route) => {
      await route.fetch();
      isDone.resolve();
    });
    const record = await one.evaluate(() => window.client.commands.create('tickets', { title: 'Once' }).record);
    const two = await tabs.open();
    await isDone.promise;
    await tabs.context.unroute('**/api/v1/records/tickets');
    await expect.poll(() => operations(two)).toEqual(['create waiting']);
    await crashTab(one);
    await expect.poll(() => operations(two)).toEqual([]);
    expect(await events(server)).toEqual([`tickets.create ${record}`]);
  });

  it('of tabs that are all closed are carried out by the next one', async () => {
    const server = await startServer();
    const tabs = await openClientTabs(server);
    const one = await tabs.open();
    await tabs.offline(true);
    await one.evaluate(() => window.client.commands.create('tickets', { id: 'lamp', title: 'One' }).kept);
    await one.close();
    await tabs.offline(false);
    await tabs.open();
    await until('the record to be made', async () => (await server.fetch('/records/tickets/lamp')).ok);
  });
});

/** Opens a record, and has an edit of it kept without a network. */
async function editOffline(page: Page, title: string, goOffline: () => Promise<void>): Promise<void> {
  await page.evaluate(async () => {
    const record = window.client.record('tickets', 'lamp');
    await record.ready;
    Object.assign(window, { record });
  });
  await goOffline();
  await page.evaluate((next) => {
    (window as unknown as { record: ReturnType<typeof window.client.record<'tickets'>> }).record.fields.set('title', next);
  }, title);
  const isKept = (): Promise<boolean> =>
    page.evaluate(async () => {
      const [database] = await indexedDB.databases();
      const opened = indexedDB.open(database?.name ?? '');
      await new Promise((resolve) => (opened.onsuccess = resolve));
      const count = opened.result.transaction('unsaved').objectStore('unsaved').count();
      await new Promise((resolve) => (count.onsuccess = resolve));
      opened.result.close();
      return count.result > 0;
    });
  await until('the edit to be kept', isKept);
}

const title = async (server: TestServer): Promise<unknown> => (await server.json('GET', '/records/tickets/lamp'))['title'];

describe('edits that were not saved', () => {
  it.each(['closed', 'killed'])('are, where their tab is %s, seen to by another that has the record not open', async (how) => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 'lamp', title: 'One' });
    const tabs = await openClientTabs(server);
    const [one] = [await tabs.open(), await tabs.open()];
    await editOffline(one, 'Two', () => tabs.offline(true));
    if (how === 'closed') await one.close();
    else await crashTab(one);
    await tabs.offline(false);
    await expect.poll(() => title(server), { timeout: 20_000 }).toBe('Two');
  });

  it('are seen to by one that has the record open', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 'lamp', title: 'One' });
    const tabs = await openClientTabs(server);
    const [one, two] = [await tabs.open(), await tabs.open()];
    await two.evaluate(() => window.client.record('tickets', 'lamp').ready);
    await editOffline(one, 'Two', () => tabs.offline(true));
    await crashTab(one);
    await tabs.offline(false);
    await expect.poll(() => title(server), { timeout: 20_000 }).toBe('Two');
  });

  it('are seen to by the next tab, which need not open the record', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 'lamp', title: 'One' });
    const tabs = await openClientTabs(server);
    const one = await tabs.open();
    await editOffline(one, 'Two', () => tabs.offline(true));
    await one.close();
    await tabs.offline(false);
    expect(await title(server)).toBe('One');
    await tabs.open();
    await expect.poll(() => title(server), { timeout: 20_000 }).toBe('Two');
  });

  it('stay on the device where the server does not take them', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 'lamp', title: 'One' });
    const tabs = await openClientTabs(server);
    const [one, two] = [await tabs.open(), await tabs.open()];
    await editOffline(one, 'Two', () => tabs.offline(true));
    await one.close();
    await server.json('DELETE', '/records/tickets/lamp');
    await tabs.offline(false);
    const exported = (): Promise<number> =>
      two.evaluate(async () => {
        const record = window.client.record('tickets', 'lamp');
        await record.ready.catch(() => undefined);
        const all = await record.export();
        record.close();
        return all.size;
      });
    await expect.poll(exported, { timeout: 20_000 }).toBe(1);
  });
});
