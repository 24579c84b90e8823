import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser, openProfile, visitAs } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import { addEve, password } from '../kit/password-session.ts';

async function signIn(page: Page, given: string): Promise<void> {
  await page.getByLabel('Account').fill('demo');
  await page.getByLabel('User').fill('eve');
  await page.getByLabel('Password').fill(given);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

it('lets somebody in with a password, in all tabs, over a reload, until they sign out', async () => {
  const demo = await serveDemo();
  await addEve(demo.url);
  const { page } = await openProfile(await launchBrowser());
  await page.goto(demo.url);
  await page.getByRole('button', { name: 'Sign in with a password' }).click();
  await signIn(page, 'wrong');
  await page.getByTestId('sign-in-refusal').getByText('nobody of that name').waitFor();
  await signIn(page, password);
  await page.getByTestId('list').waitFor();
  await page.reload();
  await page.getByTestId('list').waitFor();
  await page.getByTestId('me').getByText('Eve').waitFor();

  const second = await page.context().newPage();
  await second.goto(`${demo.url}/c/tickets/3`);
  await second.getByRole('textbox', { name: 'Notes' }).waitFor();

  await page.getByTestId('me').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByTestId('sign-in-ada').waitFor();
  await second.getByTestId('sign-in-ada').waitFor();
  // Nothing of hers stays on this device.
  await expect
    .poll(async () =>
      (await page.evaluate(() => indexedDB.databases())).map(({ name }) => name).filter((name) => name?.includes('eve')),
    )
    .toEqual([]);
});

it('says when to try again after too many attempts', async () => {
  const demo = await serveDemo();
  const { page } = await openProfile(await launchBrowser());
  await page.goto(demo.url);
  await page.getByRole('button', { name: 'Sign in with a password' }).click();
  const attempt = async () => {
    await signIn(page, 'wrong');
    return await page.getByTestId('sign-in-refusal').innerText();
  };
  await expect.poll(attempt, { timeout: 60_000 }).toMatch(/Too many attempts\. Try again in \d+ seconds\./);
  expect(await page.getByRole('button', { name: 'Sign in', exact: true }).isDisabled()).toBe(true);
});

it('lets two tabs of one browser be two people', async () => {
  const demo = await serveDemo();
  const ada = await visitAs(await launchBrowser(), demo.url, 'ada');
  const ben = await ada.page.context().newPage();
  await ben.goto(demo.url);
  await ben.getByTestId('sign-in-ben').click();
  await ben.getByTestId('me').getByText('Ben').waitFor();
  await ada.page.reload();
  await ada.page.getByTestId('me').getByText('Ada').waitFor();
});

it('goes on where it was when a session has ended and the same person signs in again', async () => {
  const demo = await serveDemo();
  await addEve(demo.url);
  const { page } = await openProfile(await launchBrowser());
  await page.goto(demo.url);
  await page.getByRole('button', { name: 'Sign in with a password' }).click();
  await signIn(page, password);
  await page.getByTestId('list').waitFor();
  await page.goto(`${demo.url}/c/tickets/3`);
  await page.getByRole('textbox', { name: 'Notes' }).waitFor();

  const send = await demoApi(demo.url, 'ada');
  await send('PATCH', '/users/eve', { password: 'another horse battery' });
  await page.getByRole('heading', { name: 'Sign in again' }).waitFor();
  await page.getByLabel('Password').fill('another horse battery');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('[data-testid=connection][data-state=live]:visible').waitFor();
  await page.getByRole('textbox', { name: 'Title' }).fill('Edited after signing in again');
  await page.locator('[data-testid=save-state][data-state=saved]').waitFor();
});
