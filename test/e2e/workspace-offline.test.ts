import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser, visitAs } from '../kit/browser.ts';
import { serveDemo } from '../kit/demo.ts';

/** The page is its worker's from the moment on at which that has kept all of it. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

it('makes a record without a network: it waits in the list, and is there for all when the network is back', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([visitAs(browser, demo.url, 'ada'), visitAs(browser, demo.url, 'ben')]);
  await isKept(ada.page);
  await ada.offline(true);
  await ada.page.locator('[data-testid=connection][data-state=offline]:visible').waitFor();

  await ada.page.getByRole('button', { name: 'New ticket' }).click();
  await ada.page.getByTestId('new-record').getByLabel('Title').fill('Written in a tunnel');
  await ada.page.getByRole('button', { name: 'Create' }).click();
  const row = ada.page.locator('[data-testid=row][data-state=waiting]');
  await row.getByText('Written in a tunnel').waitFor();
  await ada.page.getByTestId('outbox').getByText('1 waiting').waitFor();
  await row.getByRole('link').click();
  await ada.page.getByTestId('waiting-record').waitFor();

  await ada.offline(false);
  await ada.page.getByRole('textbox', { name: 'Notes' }).waitFor();
  await ben.page.getByTestId('row').getByText('Written in a tunnel').waitFor();
  await ada.page.getByTestId('outbox').waitFor({ state: 'detached' });
  expect(await ben.page.getByText('Written in a tunnel').count()).toBe(1);
});

it('opens again without a network: the page, the list, and a record that was seen before', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([visitAs(browser, demo.url, 'ada'), visitAs(browser, demo.url, 'ben')]);
  const { page } = ada;
  await page.locator('[data-testid=row][data-record="2"]').getByRole('link').click();
  await page.getByRole('textbox', { name: 'Notes' }).waitFor();
  await isKept(page);

  await ada.offline(true);
  await page.reload();
  await page.getByTestId('offline-banner').waitFor();
  await page.getByRole('textbox', { name: 'Notes' }).getByText('Blade changed').waitFor();
  await page.getByRole('textbox', { name: 'Title' }).fill('Renamed where there is no network');
  await page.locator('[data-testid=save-state][data-state=offline]').waitFor();
  await page.getByRole('link', { name: 'Back to Tickets' }).click();
  await page.getByTestId('list-offline').waitFor();
  await page.locator('[data-testid=row][data-record="3"]').waitFor();

  await page.reload();
  await page.locator('[data-testid=row][data-record="3"]').waitFor();
  await ada.offline(false);
  await ben.page.locator('[data-testid=row][data-record="2"]').getByText('Renamed where there is no network').waitFor();
});

it('says of a page that was never loaded that it cannot be without a network, and shows it when that is back', async () => {
  const [demo, browser] = await Promise.all([serveDemo(), launchBrowser()]);
  const { page, offline } = await visitAs(browser, demo.url, 'ada', { serviceWorkers: 'block' });
  await offline(true);
  await page.locator('[data-testid=connection][data-state=offline]:visible').waitFor();
  await page.locator('.sidebar [data-room]:visible').first().click();
  await page.getByTestId('not-loaded').getByRole('heading', { name: 'This page could not be loaded' }).waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByTestId('not-loaded').waitFor();
  await offline(false);
  await page.locator('concord-chat .main-list .row').first().waitFor();
});
