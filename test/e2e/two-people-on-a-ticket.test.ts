import { expect, it } from 'vitest';
import { launchBrowser, visitAs, type Visitor } from '../kit/browser.ts';
import { startDemo } from '../kit/demo-process.ts';
import { serveDemo } from '../kit/demo.ts';

/** One ticket, opened by all of them. */
async function openTogether(...visitors: readonly Visitor[]): Promise<string> {
  const id = '3';
  for (const { page } of visitors) {
    await page.goto(`${new URL(page.url()).origin}/c/tickets/${id}`);
    await saveState({ page }, 'saved').waitFor();
    await notes({ page }).waitFor();
  }
  return id;
}

const notes = ({ page }: Pick<Visitor, 'page'>) => page.getByRole('textbox', { name: 'Notes' });
const saveState = ({ page }: Pick<Visitor, 'page'>, state: string) =>
  page.locator(`[data-testid=save-state][data-state=${state}]`);
const rowOf = ({ page }: Visitor, id: string) => page.locator(`[data-testid=row][data-record="${id}"]`);

it('shows each what the other does, with both cursors, and to a third in the list', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben, dan] = await Promise.all(['ada', 'ben', 'dan'].map((person) => visitAs(browser, demo.url, person)));
  if (ada === undefined || ben === undefined || dan === undefined) throw new Error('nobody came');
  const id = await openTogether(ada, ben);

  await notes(ada).click();
  await ada.page.keyboard.press('ControlOrMeta+Home');
  await ada.page.keyboard.type('Ada was here. ');
  await notes(ben).click();
  await ben.page.keyboard.press('ControlOrMeta+End');
  await ben.page.keyboard.type(' So was Ben.');
  await notes(ada).getByText('So was Ben.').waitFor();
  await notes(ben).getByText('Ada was here.').waitFor();

  await notes(ada).getByText('Ben', { exact: true }).waitFor();
  await notes(ben).getByText('Ada', { exact: true }).waitFor();
  await ada.page.getByTestId('presence').getByRole('img', { name: 'Ben' }).waitFor();
  await rowOf(dan, id).getByRole('img', { name: 'Ben is here' }).waitFor();

  await ben.page.getByLabel('Status').selectOption('closed');
  await ben.page.getByRole('textbox', { name: 'Title' }).fill('Renamed by Ben');
  await rowOf(dan, id).getByText('Renamed by Ben').waitFor();
  await rowOf(dan, id).locator('[data-field=status]').getByText('Closed').waitFor();
  await expect.poll(() => ada.page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Renamed by Ben');
  await Promise.all([saveState(ada, 'saved').waitFor(), saveState(ben, 'saved').waitFor()]);
  await ada.page
    .getByTestId('activity')
    .getByText(/Ben.*edited title/)
    .waitFor();
});

it('undoes what one did oneself, and nothing of what others did', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([visitAs(browser, demo.url, 'ada'), visitAs(browser, demo.url, 'ben')]);
  await openTogether(ada, ben);
  await ada.page.getByLabel('Priority').selectOption('low');
  await ben.page.getByLabel('Status').selectOption('waiting');
  await expect.poll(() => ada.page.getByLabel('Status').inputValue()).toBe('waiting');

  await ada.page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => ben.page.getByLabel('Priority').inputValue()).toBe('high');
  expect(await ada.page.getByLabel('Status').inputValue()).toBe('waiting');
  await ada.page.getByRole('button', { name: 'Redo' }).click();
  await expect.poll(() => ben.page.getByLabel('Priority').inputValue()).toBe('low');
});

it('[J1] says saved only once the server has said that it is on disk', async () => {
  const demo = await startDemo();
  const browser = await launchBrowser();
  const ada = await visitAs(browser, demo.url, 'ada');
  const id = await openTogether(ada);

  demo.child.kill('SIGSTOP');
  await ada.page.getByRole('textbox', { name: 'Title' }).fill('Typed while nobody answers');
  await saveState(ada, 'saving').waitFor();
  demo.child.kill('SIGCONT');
  await saveState(ada, 'saved').waitFor();

  const restarted = await demo.crashAndRestart();
  const ben = await visitAs(browser, restarted.url, 'ben');
  await rowOf(ben, id).getByText('Typed while nobody answers').waitFor();
  // The page that was open all along finds the server again by itself.
  await ada.page.getByRole('textbox', { name: 'Title' }).fill('And again after the crash');
  await saveState(ada, 'saved').waitFor();
  await rowOf(ben, id).getByText('And again after the crash').waitFor();
});

it('keeps what is typed without a network, says so, and merges it when it is back', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([visitAs(browser, demo.url, 'ada'), visitAs(browser, demo.url, 'ben')]);
  await openTogether(ada, ben);

  await ada.offline(true);
  await notes(ada).click();
  await ada.page.keyboard.press('ControlOrMeta+Home');
  await ada.page.keyboard.type('Written on a train. ');
  await saveState(ada, 'offline').waitFor();
  await ada.page.getByTestId('offline-banner').getByText('kept on this device').waitFor();
  await notes(ben).click();
  await ben.page.keyboard.press('ControlOrMeta+End');
  await ben.page.keyboard.type(' Written at a desk.');
  await saveState(ben, 'saved').waitFor();

  await ada.offline(false);
  await saveState(ada, 'saved').waitFor();
  await notes(ada).getByText('Written at a desk.').waitFor();
  await notes(ben).getByText('Written on a train.').waitFor();
});

it('deletes and restores a ticket that somebody else has open, who is told', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([visitAs(browser, demo.url, 'ada'), visitAs(browser, demo.url, 'ben')]);
  const id = await openTogether(ada, ben);

  await ben.page.getByRole('button', { name: 'Delete this ticket' }).click();
  await ben.page.getByTestId('list').waitFor();
  await ada.page.locator('[data-testid=refusal][data-reason=deleted]').waitFor();
  expect(await rowOf(ben, id).count()).toBe(0);
  await ada.page.getByRole('button', { name: 'Restore the ticket' }).click();
  await notes(ada).waitFor();
  await rowOf(ben, id).waitFor();

  await ben.page.getByTestId('toast').waitFor();
  await rowOf(ben, id).getByRole('link').click();
  await ben.page.getByRole('button', { name: 'Delete this ticket' }).click();
  await ada.page.locator('[data-testid=refusal][data-reason=deleted]').waitFor();
  await ben.page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click();
  await rowOf(ben, id).waitFor();
});
