import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import { addEve, shortenTokens, visitAsEve } from '../kit/password-session.ts';
import { connectionIs, openRecord } from '../kit/record-page.ts';
import { until } from '../kit/until.ts';

const newPassword = 'another horse battery';
const again = (page: Page) => page.getByRole('heading', { name: 'Sign in again' });

async function signInAgain(page: Page): Promise<void> {
  await again(page).waitFor();
  await page.getByLabel('Password').fill(newPassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await connectionIs(page, 'live');
}

it('are renewed again and again before their tokens end, and nobody who types notices', async () => {
  const demo = await serveDemo();
  await addEve(demo.url);
  const ask = await demoApi(demo.url, 'ada');
  await ask('POST', '/records/notes', { id: 'typed', title: 'Typed', source: '' });
  let given = (): number => 0;
  const { page } = await visitAsEve(await launchBrowser(), demo.url, async (fresh) => (given = await shortenTokens(fresh, 12)));
  const record = await openRecord(page, `${demo.url}/c/notes/typed`);
  await record.input('source').focus();
  const phases = new Set<string | null>();
  const [first, startedAt] = [given(), Date.now()];
  let typed = '';
  // Longer than any token of them lasts, by the clock that says when they end.
  await until('two tokens to have ended', async () => {
    await page.keyboard.type('on and ');
    typed += 'on and ';
    phases.add(await page.locator('[data-testid=connection]:visible').getAttribute('data-state'));
    return Date.now() - startedAt > 15_000 && given() > first + 1;
  });
  await record.saveState('saved');
  expect([...phases]).toEqual(['live']);
  expect(await again(page).count()).toBe(0);
  expect(await record.input('source').inputValue()).toBe(typed);
  await expect.poll(() => ask('GET', '/records/notes/typed')).toMatchObject({ source: typed });
});

it('that are revoked ask to sign in again, and then what was typed meanwhile is saved', async () => {
  const demo = await serveDemo();
  await addEve(demo.url);
  const ask = await demoApi(demo.url, 'ada');
  await ask('POST', '/records/notes', { id: 'typed', title: 'Typed', source: '' });
  const { page } = await visitAsEve(await launchBrowser(), demo.url);
  const record = await openRecord(page, `${demo.url}/c/notes/typed`);
  await record.typeAt('end', 'source', 'Before. ');
  await record.saveState('saved');

  // Without a network for a moment, in which the session ends: what is typed then is unsaved when that is found out.
  await page.context().setOffline(true);
  await page.keyboard.type('Between. ');
  await record.saveState('offline');
  await ask('PATCH', '/users/eve', { password: newPassword });
  await page.context().setOffline(false);
  await again(page).waitFor();
  await expect.poll(() => ask('GET', '/records/notes/typed')).toMatchObject({ source: 'Before. ' });
  await signInAgain(page);
  await record.saveState('saved');
  await expect.poll(() => ask('GET', '/records/notes/typed')).toMatchObject({ source: 'Before. Between. ' });

  // While it is connected: each key counts that the page has shown.
  await record.input('source').focus();
  await page.keyboard.press('ControlOrMeta+End');
  const typing = page.keyboard.type('x'.repeat(400));
  await until('some of it to be there', async () => (await record.input('source').inputValue()).includes('xxx'));
  await ask('PATCH', '/users/eve', { password: `${newPassword}!` });
  await again(page).waitFor();
  await typing;
  const shown = await record.input('source').inputValue();
  await page.getByLabel('Password').fill(`${newPassword}!`);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await connectionIs(page, 'live');
  await record.saveState('saved');
  expect(await record.input('source').inputValue()).toBe(shown);
  await expect.poll(() => ask('GET', '/records/notes/typed')).toMatchObject({ source: shown });
});
