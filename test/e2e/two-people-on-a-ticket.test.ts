import { expect, it } from 'vitest';
import { launchBrowser, visitAs, type Visitor } from '../kit/browser.ts';
import { startDemo } from '../kit/demo-process.ts';

/** The first ticket of the list, opened by both. */
async function openTogether(...visitors: readonly Visitor[]): Promise<string> {
  const [first] = visitors;
  const row = first?.page.getByTestId('ticket-row').first();
  const id = (await row?.getAttribute('data-record')) ?? '';
  for (const { page } of visitors) {
    await page.goto(`${new URL(page.url()).origin}/#/tickets/${id}`);
    await page.getByTestId('save-state').and(page.locator('[data-state=saved]')).waitFor();
  }
  return id;
}

const notes = ({ page }: Visitor) => page.getByRole('textbox', { name: 'Notes' });
const saveState = ({ page }: Visitor, state: string) => page.locator(`[data-testid=save-state][data-state=${state}]`);

it('shows each what the other does, with both cursors, and to a third in the list', async () => {
  const demo = await startDemo();
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
  await ada.page.getByText('So was Ben.').waitFor();
  await ben.page.getByText('Ada was here.').waitFor();
  expect(await notes(ada).innerText()).toContain('Ada was here.');

  await ada.page.locator('.caret-label', { hasText: 'Ben' }).waitFor();
  await ben.page.locator('.caret-label', { hasText: 'Ada' }).waitFor();
  await ada.page.getByTestId('presence').getByRole('img', { name: 'Ben' }).waitFor();

  await ben.page.getByLabel('Status').selectOption('closed');
  await ben.page.getByLabel('Title').fill('Renamed by Ben');
  const row = dan.page.locator(`[data-testid=ticket-row][data-record="${id}"]`);
  await row.getByText('Renamed by Ben').waitFor();
  await row.getByTestId('row-status').and(dan.page.locator('[data-status=closed]')).waitFor();
  await expect.poll(() => ada.page.getByLabel('Title').inputValue()).toBe('Renamed by Ben');
  await Promise.all([saveState(ada, 'saved').waitFor(), saveState(ben, 'saved').waitFor()]);
});

it('[J1] says saved only once the server has said that it is on disk', async () => {
  const demo = await startDemo();
  const browser = await launchBrowser();
  const ada = await visitAs(browser, demo.url, 'ada');
  const id = await openTogether(ada);

  demo.child.kill('SIGSTOP');
  await ada.page.getByLabel('Title').fill('Typed while nobody answers');
  await saveState(ada, 'saving').waitFor();
  demo.child.kill('SIGCONT');
  await saveState(ada, 'saved').waitFor();

  const restarted = await demo.crashAndRestart();
  const ben = await visitAs(browser, restarted.url, 'ben');
  await ben.page.locator(`[data-testid=ticket-row][data-record="${id}"]`).getByText('Typed while nobody answers').waitFor();
  // The page that was open all along finds the server again by itself.
  await ada.page.getByLabel('Title').fill('And again after the crash');
  await saveState(ada, 'saved').waitFor();
  await ben.page.getByText('And again after the crash').waitFor();
});

it('keeps what is typed without a network, says so, and merges it when it is back', async () => {
  const demo = await startDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([visitAs(browser, demo.url, 'ada'), visitAs(browser, demo.url, 'ben')]);
  await openTogether(ada, ben);

  await ada.offline(true);
  await notes(ada).click();
  await ada.page.keyboard.press('ControlOrMeta+Home');
  await ada.page.keyboard.type('Written on a train. ');
  await saveState(ada, 'offline').waitFor();
  await notes(ben).click();
  await ben.page.keyboard.press('ControlOrMeta+End');
  await ben.page.keyboard.type(' Written at a desk.');
  await saveState(ben, 'saved').waitFor();

  await ada.offline(false);
  await saveState(ada, 'saved').waitFor();
  await ada.page.getByText('Written at a desk.').waitFor();
  await ben.page.getByText('Written on a train.').waitFor();
});

it('makes, finds, deletes and restores a ticket, and tells who has it open', async () => {
  const demo = await startDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([visitAs(browser, demo.url, 'ada'), visitAs(browser, demo.url, 'ben')]);

  await ada.page.getByRole('button', { name: 'New ticket' }).click();
  await ada.page.getByRole('textbox', { name: 'Title of the new ticket' }).fill("A ticket of Ada's");
  await ada.page.keyboard.press('Enter');
  await ada.page.getByTestId('record').waitFor();
  const id = (await ada.page.getByTestId('record').getAttribute('data-record')) ?? '';

  await ben.page.getByLabel('Search titles').fill("of Ada's");
  const row = ben.page.locator(`[data-testid=ticket-row][data-record="${id}"]`);
  await row.waitFor();
  await expect.poll(() => ben.page.getByTestId('ticket-row').count()).toBe(1);
  await row.getByRole('button', { name: /^Delete/ }).click();
  await ada.page.locator('[data-testid=refusal][data-reason=record_deleted]').waitFor();
  await ada.page
    .getByTestId('refusal')
    .getByRole('button', { name: /restore/i })
    .click();
  await saveState(ada, 'saved').waitFor();
  await row.waitFor();
});
