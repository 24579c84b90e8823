import { expect, it } from 'vitest';
import { launchBrowser, visitAs } from '../kit/browser.ts';
import { serveDemo } from '../kit/demo.ts';

it('fits on a phone: cards for rows, a drawer for the sidebar, fields below each other', async () => {
  const demo = await serveDemo();
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page } = await visitAs(await launchBrowser(), demo.url, 'ada', phone);
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

  expect(await fits()).toBe(true);
  await page.locator('[data-testid=row][data-record="3"]').getByText('High').waitFor();
  await page.getByRole('button', { name: 'Menu' }).tap();
  await page.getByRole('dialog', { name: 'Menu' }).getByRole('link', { name: 'Projects' }).tap();
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  await page.getByRole('dialog', { name: 'Menu' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Festival posters, spring edition' }).tap();
  await page.getByRole('textbox', { name: 'Brief' }).waitFor();
  expect(await fits()).toBe(true);
  await page.getByLabel('Stage').selectOption('done');
  await page.locator('[data-testid=save-state][data-state=saved]').waitFor();
  await page.getByRole('button', { name: 'Search' }).tap();
  await page.getByTestId('palette').waitFor();
  expect(await fits()).toBe(true);
});

it('has room for what is said on a phone, in a room and about a ticket', async () => {
  const demo = await serveDemo();
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page } = await visitAs(await launchBrowser(), demo.url, 'ada', phone);
  const chat = page.locator('concord-chat');
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

  await page.getByRole('button', { name: 'Menu' }).tap();
  await page.getByRole('dialog', { name: 'Menu' }).getByRole('link', { name: 'Festival posters' }).tap();
  await page.getByRole('heading', { name: 'Festival posters', level: 1 }).waitFor();
  await page.getByRole('dialog', { name: 'Menu' }).waitFor({ state: 'detached' });
  await chat.locator('.main-composer textarea').fill('Said on the tram.');
  await chat.getByRole('button', { name: 'Send' }).tap();
  await chat.locator('.row').filter({ hasText: 'Said on the tram.' }).waitFor();
  expect(await fits()).toBe(true);

  await page.goto(`${demo.url}/c/tickets/2`);
  await page.getByTestId('log-toggle').tap();
  await chat.locator('.row').filter({ hasText: 'The motor is ordered' }).waitFor();
  expect(await fits()).toBe(true);
  await page.getByRole('button', { name: 'Close comments' }).tap();
  await page.getByRole('textbox', { name: 'Notes' }).waitFor();
  await page.getByRole('button', { name: 'Notifications' }).tap();
  await page.getByTestId('notifications').getByRole('link').first().tap();
  await chat.locator('.row').filter({ hasText: 'the architects ask' }).waitFor();
  expect(await fits()).toBe(true);
});
