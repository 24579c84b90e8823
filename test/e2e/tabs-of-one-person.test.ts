import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import { addEve, visitAsEve } from '../kit/password-session.ts';
import { openRecord, recordPage } from '../kit/record-page.ts';

/** Resolves once the page would open without a network. */
async function isKept(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

it('show each other what is edited in one of them, without a network, too, and send it once', async () => {
  const demo = await serveDemo();
  await addEve(demo.url);
  const { page } = await visitAsEve(await launchBrowser(), demo.url);
  const one = await openRecord(page, `${demo.url}/c/projects/festival-posters`);
  const two = await openRecord(await page.context().newPage(), `${demo.url}/c/projects/festival-posters`);
  for (const tab of [one, two]) await tab.text('brief').waitFor();
  await one.input('title').fill('Edited in one tab');
  await expect.poll(() => two.input('title').inputValue()).toBe('Edited in one tab');

  await one.offline(true);
  await two.typeAt('beginning', 'brief', 'Typed in the second tab. ');
  await one.text('brief').getByText('Typed in the second tab.').waitFor();
  await one.field('sheets').getByRole('button', { name: 'Increase Sheets' }).click();
  await two.field('sheets').getByRole('button', { name: 'Increase Sheets' }).click();
  for (const tab of [one, two]) {
    await expect.poll(() => tab.field('sheets').getByRole('spinbutton').getAttribute('aria-valuenow')).toBe('1242');
  }
  await two.saveState('offline');
  await one.offline(false);
  for (const tab of [one, two]) await tab.saveState('saved');
  const ask = await demoApi(demo.url, 'ada');
  const stored = (): Promise<unknown> => ask('GET', '/records/projects/festival-posters');
  await expect.poll(stored).toMatchObject({ title: 'Edited in one tab', sheets: 1242 });
  await expect.poll(async () => JSON.stringify(await stored()).split('Typed in the second tab.').length).toBe(2);
});

it('that are closed with unsaved work leave it to the next one, which shows it as kept here and sends it', async () => {
  const demo = await serveDemo();
  await addEve(demo.url);
  const { page, offline } = await visitAsEve(await launchBrowser(), demo.url);
  const first = await openRecord(page, `${demo.url}/c/tickets/3`);
  await first.text('notes').waitFor();
  await isKept(page);
  await offline(true);
  await first.typeAt('beginning', 'notes', 'Closed too early. ');
  await first.input('title').fill('Kept by a tab that is gone');
  await first.saveState('offline');
  const next = await page.context().newPage();
  await page.close();

  await next.goto(`${demo.url}/c/tickets/3`);
  const second = recordPage(next);
  await second.text('notes').getByText('Closed too early. Width and height').waitFor();
  await second.saveState('offline');
  await next
    .getByTestId('save-state')
    .getByText(/\d+ changes kept here/)
    .waitFor();
  const ask = await demoApi(demo.url, 'ada');
  expect(JSON.stringify(await ask('GET', '/records/tickets/3'))).not.toContain('Closed too early');

  await offline(false);
  await second.saveState('saved');
  const stored = async (): Promise<string> => JSON.stringify(await ask('GET', '/records/tickets/3'));
  await expect.poll(stored).toContain('Kept by a tab that is gone');
  await expect.poll(async () => (await stored()).split('Closed too early. ').length).toBe(2);
});
