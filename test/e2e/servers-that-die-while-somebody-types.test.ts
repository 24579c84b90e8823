import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { startDemo, type DemoProcess } from '../kit/demo-process.ts';
import { connectionIs, openRecordAs, openRecordForTwo, type RecordPage } from '../kit/record-page.ts';
import { until } from '../kit/until.ts';

declare global {
  interface Window {
    /** What stood in the text when it last was said to be saved. */
    savedText: string;
  }
}

/** Has the page note what it says is saved, in the turn in which it says so. */
async function watchSaved({ page, input }: RecordPage): Promise<void> {
  const area = await input('source').elementHandle();
  await page.evaluate((text) => {
    window.savedText = '';
    const look = (): void => {
      const isSaved = document.querySelector('[data-testid=save-state]')?.getAttribute('data-state') === 'saved';
      if (isSaved) window.savedText = (text as HTMLTextAreaElement).value;
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  }, area);
}

const sourceAt = async ({ url }: DemoProcess): Promise<string> =>
  (await (await demoApi(url, 'ben'))<{ source: string }>('GET', '/records/notes/typed')).source;

it('[J1] go on being typed at; what was said to be saved is there, and all of it in the end, once', async () => {
  let demo = await startDemo();
  const browser = await launchBrowser();
  const ask = await demoApi(demo.url, 'ben');
  await ask('POST', '/records/notes', { id: 'typed', title: 'Typed', source: '' });
  const ada = await openRecordAs(browser, demo.url, 'ada', 'notes/typed');
  await ada.text('body').waitFor();
  await watchSaved(ada);
  await ada.input('source').focus();

  let typed = '';
  const typeWord = async (): Promise<void> => {
    const word = `w${typed.split(' ').length} `;
    await ada.page.keyboard.type(word);
    typed += word;
  };
  for (const round of [1, 2, 3]) {
    const words = typed.split(' ').length;
    // Typed without a pause until something of it has been saved, and then the power goes.
    await until('something to be saved', async () => {
      await typeWord();
      return typed.split(' ').length > words + 10 && (await ada.page.evaluate(() => window.savedText.length)) > 0;
    });
    demo.child.kill('SIGKILL');
    await ada.offline(true);
    const saved = await ada.page.evaluate(() => window.savedText);
    demo = await demo.crashAndRestart();
    // Nobody can have sent it since.
    await expect.poll(() => sourceAt(demo), { message: `round ${round}: ${saved}` }).toMatch(new RegExp(`^${saved}`));
    expect(typed.startsWith(await sourceAt(demo))).toBe(true);

    for (let word = 0; word < 5; word++) await typeWord();
    await ada.saveState('offline');
    await ada.offline(false);
    for (let word = 0; word < 5; word++) await typeWord();
  }
  await connectionIs(ada.page, 'live');
  await ada.saveState('saved');
  expect(await ada.input('source').inputValue()).toBe(typed);
  await expect.poll(() => sourceAt(demo)).toBe(typed);
});

it('[J1] take neither rich text nor a command with them: each is there once when they are back', async () => {
  let demo = await startDemo();
  const browser = await launchBrowser();
  const people = await openRecordForTwo(browser, demo.url, 'tickets/3');
  const [ada, ben] = people;
  for (const one of people) await one.text('notes').waitFor();
  const mine = Array.from({ length: 40 }, (_, at) => `a${at}`).join(' ');
  const theirs = Array.from({ length: 40 }, (_, at) => `b${at}`).join(' ');
  const typing = Promise.all([ada.typeAt('beginning', 'notes', `${mine} `), ben.typeAt('end', 'notes', ` ${theirs}`)]);
  await ben.text('notes').getByText('a5').waitFor();
  demo = await demo.crashAndRestart();
  await typing;
  await ben.page.getByRole('link', { name: 'Back to Tickets' }).click();
  demo.child.kill('SIGKILL');
  await ben.page.getByRole('button', { name: 'New ticket' }).click();
  await ben.page.getByTestId('new-record').getByLabel('Title').fill('Made while it was down');
  await ben.page.getByRole('button', { name: 'Create' }).click();
  await ben.page.getByTestId('outbox').getByText('1 waiting').waitFor();
  demo = await demo.crashAndRestart();

  await ada.saveState('saved');
  await ben.page.getByTestId('outbox').waitFor({ state: 'detached' });
  const ask = await demoApi(demo.url, 'ada');
  const times = async (text: string): Promise<number> =>
    JSON.stringify(await ask('GET', '/records/tickets/3')).split(text).length - 1;
  await expect.poll(async () => [await times(mine), await times(theirs)]).toEqual([1, 1]);
  await ada.text('notes').getByText(theirs).waitFor();
  const { items } = await ask<{ items: { title: string }[] }>('GET', '/records/tickets?limit=200');
  expect(items.filter(({ title }) => title === 'Made while it was down')).toHaveLength(1);
});
