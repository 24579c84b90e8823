import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import { talkAs } from '../kit/workspace-rooms.ts';

it('shows what is said about a ticket beside it, to all who have it open', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([talkAs(browser, demo.url, 'ada'), talkAs(browser, demo.url, 'ben')]);
  for (const { page } of [ada, ben]) {
    await page.goto(`${demo.url}/c/tickets/2`);
    await page.getByTestId('log-toggle').click();
  }
  await ada.message('The motor is ordered').waitFor();
  await ada.say('They are here.');
  await ben.message('They are here.').waitFor();
  await ben.page.getByRole('textbox', { name: 'Title' }).fill('Cutter runs again');
  await expect.poll(() => ada.page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Cutter runs again');

  await ben.page.getByRole('button', { name: 'Close comments' }).click();
  await ben.input.waitFor({ state: 'detached' });
  await ada.say('<@ben> thank you');
  await ben.page.getByTestId('log-toggle').getByTestId('unread').getByText('1').waitFor();
});

it('tells who is mentioned, wherever they are, and leads to what was said', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([talkAs(browser, demo.url, 'ada'), talkAs(browser, demo.url, 'ben')]);
  const { page } = ben;
  const api = await demoApi(demo.url, 'ada');
  await api('POST', '/records/tickets/3/comments', { text: 'Who can look at it? **You**, <@ben>?' });
  const toast = page.getByTestId('toast');
  await toast.getByText('Ada mentioned you in a ticket: Who can look at it? You, @Ben?').waitFor();
  await toast.getByRole('button', { name: 'Show' }).click();
  await ben.message('Who can look at it?').waitFor();
  expect(new URL(page.url()).pathname).toBe('/c/tickets/3/comments/1');

  await ada.enter('Shop floor');
  await ada.say('Lunch is here.');
  await ada.message('Lunch is here.').waitFor();
  await api('POST', '/records/rooms/shop-floor/messages', { text: '<@ben> yours is the one with olives' });
  await toast.getByText('Ada mentioned you in Shop floor').waitFor();
  await page.getByTestId('bell').and(page.locator(':visible')).click();
  const latest = page.getByTestId('notifications').getByRole('link').first();
  await latest.getByText('@Ben yours is the one with olives').waitFor();
  await latest.click();
  await ben.message('yours is the one with olives').waitFor();
  await ben.page.getByRole('heading', { name: 'Shop floor', level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/c\/rooms\/shop-floor\/messages\/\d+$/);
});

it('copies a link to a message, which leads to it however far back it is', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const ada = await talkAs(browser, demo.url, 'ada', { permissions: ['clipboard-read', 'clipboard-write'] });
  await ada.enter('Festival posters');
  await ada.message('Motif 4').hover();
  await ada.message('Motif 4').getByRole('button', { name: 'More' }).click();
  await ada.page.getByRole('menuitem', { name: 'Copy link' }).click();
  await ada.page.getByTestId('toast').getByText('The link is copied.').waitFor();
  expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(`${demo.url}/c/rooms/festival/messages/3`);

  await ada.page.goto(`${demo.url}/c/rooms/shop-floor/messages/12`);
  await ada.page.locator('concord-chat .row[data-seq="12"]').waitFor();
});

it('has the device tell what is new while no page of theirs is in sight, once for all of their tabs', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const ben = await talkAs(browser, demo.url, 'ben', { permissions: ['notifications'] });
  const tabs = [ben.page, await ben.page.context().newPage()];
  for (const page of tabs) {
    // What a browser says of a tab that another window covers, and what it would show.
    await page.addInitScript(() => {
      const shown: string[] = [];
      Object.assign(globalThis, {
        shown,
        cover(state: 'visible' | 'hidden') {
          Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        },
        Notification: class extends EventTarget {
          static permission = 'granted';
          constructor(title: string, { body }: { readonly body: string }) {
            super();
            shown.push(`${title}: ${body}`);
          }
        },
      });
    });
    await page.goto(`${demo.url}/c/tickets`);
    if (page !== ben.page) await page.getByTestId('sign-in-ben').click();
    await page.getByTestId('list').waitFor();
    await page.locator('[data-room=front-desk]:visible').getByTestId('unread').waitFor();
  }
  const cover = async (state: 'visible' | 'hidden', page = tabs[0]): Promise<void> =>
    await page?.evaluate((next) => (globalThis as unknown as { cover(state: string): void }).cover(next), state);
  const shown = async (): Promise<string[]> =>
    (await Promise.all(tabs.map((page) => page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown)))).flat();
  const inSight = () =>
    ben.page.evaluate(async () => (await navigator.locks.query()).held?.filter(({ name }) => name?.includes('in-sight')).length);

  const api = await demoApi(demo.url, 'ada');
  await cover('hidden');
  await expect.poll(inSight).toBe(1);
  await api('POST', '/records/tickets/3/comments', { text: 'First for <@ben>' });
  await tabs[1]?.getByTestId('toast').getByText('First for').waitFor();
  expect(await shown()).toEqual([]);

  await cover('hidden', tabs[1]);
  await expect.poll(inSight).toBe(0);
  await api('POST', '/records/tickets/3/comments', { text: 'Second for <@ben>' });
  await expect.poll(shown).toEqual(['Ada mentioned you in a ticket: Second for @Ben']);
});
