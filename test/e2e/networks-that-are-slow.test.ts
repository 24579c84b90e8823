import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import { openRecordAs } from '../kit/record-page.ts';
import { startSlowProxy } from '../kit/slow-proxy.ts';

/** A round trip takes longer than a word takes to type. */
const telephoneLine = { delayMs: 300, bytesPerSecond: 60_000 };

it('hold up nobody who types: it is shown at once, said to be on its way, and saved when it is', async () => {
  const demo = await serveDemo();
  const proxy = await startSlowProxy(demo, telephoneLine);
  const browser = await launchBrowser();
  const ben = await openRecordAs(browser, demo.url, 'ben', 'notes/monday');
  const ada = await openRecordAs(browser, proxy.url, 'ada', 'notes/monday');
  for (const one of [ada, ben]) await one.text('body').waitFor();
  await ada.input('source').fill('');
  await ada.saveState('saved');

  // Nothing arrives any more: what is shown is shown without the server.
  proxy.hold(true);
  await ada.typeAt('end', 'source', 'Typed at once. ');
  await ada.typeAt('beginning', 'body', 'And this. ');
  expect(await ada.input('source').inputValue()).toBe('Typed at once. ');
  await ada.text('body').getByText('And this.').waitFor();
  await ada.saveState('saving');
  await ben.typeAt('end', 'body', ' From a fast line.');
  await ben.saveState('saved');
  expect(await ada.text('body').getByText('From a fast line.').count()).toBe(0);

  proxy.hold(false);
  await ada.saveState('saved');
  await expect.poll(() => ben.input('source').inputValue()).toBe('Typed at once. ');
  await ben.text('body').getByText('And this.').waitFor();
  await ada.text('body').getByText('From a fast line.').waitFor();
});

it('bring a page, its list and a record, and a new ticket, of which each says that it waits', async () => {
  const demo = await serveDemo();
  const proxy = await startSlowProxy(demo, telephoneLine);
  const ada = await openRecordAs(await launchBrowser(), proxy.url, 'ada', 'tickets/3');
  await ada.text('notes').waitFor();
  await ada.page.getByRole('link', { name: 'Back to Tickets' }).click();
  await ada.page.getByRole('button', { name: 'New ticket' }).click();
  await ada.page.getByTestId('new-record').getByLabel('Title').fill('Over a bad line');
  proxy.hold(true);
  await ada.page.getByRole('button', { name: 'Create' }).click();
  await ada.page.locator('[data-testid=row][data-state=waiting]').getByText('Over a bad line').waitFor();
  await ada.page.getByTestId('outbox').getByText('1 waiting').waitFor();
  proxy.hold(false);
  await ada.page.getByTestId('outbox').waitFor({ state: 'detached' });
  const ask = await demoApi(demo.url, 'ben');
  const { items } = await ask<{ items: { title: string }[] }>('GET', '/records/tickets?limit=200');
  expect(items.filter(({ title }) => title === 'Over a bad line')).toHaveLength(1);
});
