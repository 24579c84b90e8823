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
