import { expect, it } from 'vitest';
import { launchBrowser, visitAs } from '../kit/browser.ts';
import { serveDemo } from '../kit/demo.ts';

it('leads everywhere by the keyboard alone', async () => {
  const demo = await serveDemo();
  const { page } = await visitAs(await launchBrowser(), demo.url, 'ada');
  const palette = page.getByTestId('palette');

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('proj');
  await palette.getByRole('option', { name: /Projects/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  await palette.waitFor({ state: 'detached' });

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('regatta');
  await palette.getByRole('option', { name: /Start numbers for the regatta/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[data-testid=record][data-record=regatta]').waitFor();
  await expect.poll(() => page.getByLabel('Stage').inputValue()).toBe('done');

  await page.keyboard.press('ControlOrMeta+k');
  await palette
    .getByRole('group', { name: 'Recent' })
    .getByRole('option', { name: /regatta/ })
    .waitFor();
  await page.keyboard.type('dark theme');
  await palette.getByRole('option', { name: /Dark theme/ }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.body).colorScheme)).toBe('dark');
  await page.reload();
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.body).colorScheme)).toBe('dark');

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('new ticket');
  await palette.getByRole('option', { name: /New ticket/i }).waitFor();
  await page.keyboard.press('Enter');
  const form = page.getByTestId('new-record');
  await form.getByLabel('Title').fill('Made from the palette');
  await form.getByLabel('Estimate').fill('-1');
  await form.getByText('Must be at least 0.').waitFor();
  await form.getByLabel('Estimate').fill('1.5');
  await page.keyboard.press('Enter');
  await page.getByTestId('record').waitFor();
  await expect.poll(() => page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Made from the palette');

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'detached' });
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('sign out');
  await palette.getByRole('option', { name: /Sign out/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('sign-in-ada').waitFor();
});
