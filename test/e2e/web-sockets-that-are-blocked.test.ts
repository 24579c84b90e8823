import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import { startPickyProxy } from '../kit/picky-proxy.ts';
import { openRecordAs } from '../kit/record-page.ts';

/** Resolves once the page says by what it is connected. */
const connectedBy = (page: Page, way: 'requests' | 'socket') =>
  page
    .locator(
      `[data-testid=connection][data-state=live]${way === 'requests' ? '[title*="By requests"]' : ':not([title*="By requests"])'}:visible`,
    )
    .waitFor({ timeout: 60_000 });

it('from the beginning: editing goes by requests, both ways, and by the socket as soon as one gets through', async () => {
  const demo = await serveDemo();
  const proxy = await startPickyProxy(demo);
  const browser = await launchBrowser();
  proxy.treat('websocket', 'refuse');
  const ada = await openRecordAs(browser, proxy.url, 'ada', 'tickets/3');
  const ben = await openRecordAs(browser, demo.url, 'ben', 'tickets/3');
  for (const one of [ada, ben]) await one.text('notes').waitFor();
  await connectedBy(ada.page, 'requests');

  await ada.typeAt('beginning', 'notes', 'Without a socket. ');
  await ada.input('title').fill('By requests');
  await ada.saveState('saved');
  await ben.text('notes').getByText('Without a socket. Width and height').waitFor();
  await expect.poll(() => ben.input('title').inputValue()).toBe('By requests');
  await ben.typeAt('end', 'notes', ' With a socket.');
  await ben.input('status').selectOption('waiting');
  await ada.text('notes').getByText('With a socket.').waitFor();
  await expect.poll(() => ada.input('status').inputValue()).toBe('waiting');

  proxy.treat('websocket', undefined);
  // What the browser says when a machine has come into another network.
  await ada.page.evaluate(() => dispatchEvent(new Event('online')));
  await connectedBy(ada.page, 'socket');
  await ada.typeAt('beginning', 'notes', 'And with one. ');
  await ben.text('notes').getByText('And with one.').waitFor();
  await ada.saveState('saved');
  expect(proxy.open('websocket')).toBe(1);
});

it('in the middle of typing: nothing is lost on the way to requests, and nothing on the way back', async () => {
  const demo = await serveDemo();
  const proxy = await startPickyProxy(demo);
  const browser = await launchBrowser();
  const people = await Promise.all([
    openRecordAs(browser, proxy.url, 'ada', 'notes/monday'),
    openRecordAs(browser, demo.url, 'ben', 'notes/monday'),
  ]);
  const [ada, ben] = people;
  for (const one of people) await one.text('body').waitFor();
  await ada.input('source').fill('');
  await ada.saveState('saved');
  let typed = '';
  const type = async (text: string): Promise<void> => {
    await ada.typeAt('end', 'source', text);
    typed += text;
  };
  await type('By the socket. ');
  proxy.treat('websocket', 'refuse');
  proxy.cut();
  await type('Cut off. ');
  await connectedBy(ada.page, 'requests');
  await type('By requests. ');
  await ada.saveState('saved');
  await expect.poll(() => ben.input('source').inputValue()).toBe(typed);
  proxy.treat('websocket', undefined);
  await ada.page.evaluate(() => dispatchEvent(new Event('online')));
  await type('On the way back. ');
  await connectedBy(ada.page, 'socket');
  await type('There.');
  await ada.saveState('saved');
  await expect.poll(() => ben.input('source').inputValue()).toBe(typed);
  expect(await ada.input('source').inputValue()).toBe(typed);
  const ask = await demoApi(demo.url, 'dan');
  await expect.poll(() => ask('GET', '/records/notes/monday')).toMatchObject({ source: typed });
});
