import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import { connectionIs, openRecordAs, openRecordForTwo, recordPage, type RecordPage } from '../kit/record-page.ts';

/** Makes a ticket from the list, where it waits. */
async function createTicket({ page }: RecordPage, title: string): Promise<void> {
  await page.getByRole('link', { name: 'Back to Tickets' }).click();
  await page.getByRole('button', { name: 'New ticket' }).click();
  await page.getByTestId('new-record').getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.locator('[data-testid=row][data-state=waiting]').getByText(title).waitFor();
}

it('merges what two people edited and asked for while neither had one, in whichever order they come back', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await openRecordForTwo(browser, demo.url, 'tickets/3');
  const dan = await openRecordAs(browser, demo.url, 'dan', 'tickets/3');
  const people = [ada, ben, dan];
  for (const one of people) await one.text('notes').waitFor();

  for (const one of [ada, ben]) {
    await one.offline(true);
    await connectionIs(one.page, 'offline');
  }
  await ada.typeAt('beginning', 'notes', 'On the train, by Ada. ');
  await ada.input('title').fill('Renamed by Ada');
  await ada.input('priority').selectOption('urgent');
  await ben.typeAt('end', 'notes', ' On the ship, by Ben.');
  await ben.input('estimate').fill('7');
  await ben.input('priority').selectOption('low');
  for (const one of [ada, ben]) {
    await one.saveState('offline');
    await one.page
      .getByTestId('save-state')
      .getByText(/\d+ changes kept here/)
      .waitFor();
    await one.page
      .getByTestId('offline-banner')
      .getByText(/\d+ changes kept on this device/)
      .waitFor();
  }
  await createTicket(ada, 'Made on the train');
  await createTicket(ben, 'Made on the ship');
  await ben.page.locator('[data-testid=row][data-record="5"]').getByRole('checkbox').click();
  await ben.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await ada.page.getByTestId('outbox').getByText('1 waiting').waitFor();
  await ben.page.getByTestId('outbox').getByText('2 waiting').waitFor();

  await ben.offline(false);
  await ben.page.getByTestId('outbox').waitFor({ state: 'detached' });
  await dan.text('notes').getByText('On the ship, by Ben.').waitFor();
  await ada.offline(false);
  await ada.page.getByTestId('outbox').waitFor({ state: 'detached' });
  await dan.text('notes').getByText('On the train, by Ada.').waitFor();

  // All three see one and the same, and the server has it.
  for (const one of [ada, ben]) await one.page.goto(`${demo.url}/c/tickets/3`);
  const priority = await expect
    .poll(() => dan.input('priority').inputValue())
    .toMatch(/urgent|low/)
    .then(() => dan.input('priority').inputValue());
  for (const one of people) {
    await recordPage(one.page).saveState('saved');
    await one.text('notes').getByText('On the train, by Ada. Width and height').waitFor();
    await one.text('notes').getByText('On the ship, by Ben.').waitFor();
    await expect.poll(() => one.input('title').inputValue()).toBe('Renamed by Ada');
    await expect.poll(() => one.input('estimate').inputValue()).toBe('7');
    await expect.poll(() => one.input('priority').inputValue()).toBe(priority);
  }
  const ask = await demoApi(demo.url, 'dan');
  const { items } = await ask<{ items: { id: string; title: string }[] }>('GET', '/records/tickets?limit=200');
  const count = (title: string): number => items.filter((item) => item.title === title).length;
  expect([count('Made on the train'), count('Made on the ship'), count('Renamed by Ada')]).toEqual([1, 1, 1]);
  expect(items.some(({ id }) => id === '5')).toBe(false);
});

it('keeps edits of a ticket that was deleted meanwhile, and saves them once it is restored', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const people = await openRecordForTwo(browser, demo.url, 'tickets/3');
  const [ada, ben] = people;
  for (const one of people) await one.text('notes').waitFor();
  await ada.offline(true);
  await ada.typeAt('beginning', 'notes', 'Not to be lost. ');
  await ada.saveState('offline');
  await ben.page.getByRole('button', { name: 'Delete this ticket' }).click();
  await ben.page.getByTestId('list').waitFor();

  await ada.offline(false);
  const refusal = ada.page.locator('[data-testid=refusal][data-reason=deleted]');
  await refusal.waitFor();
  await refusal.getByText('kept on this device').waitFor();
  const download = ada.page.waitForEvent('download');
  await refusal.getByRole('button', { name: 'Export what is here' }).click();
  expect((await download).suggestedFilename()).toContain('tickets');

  await refusal.getByRole('button', { name: 'Restore the ticket' }).click();
  await ada.text('notes').getByText('Not to be lost. Width and height').waitFor();
  await ada.saveState('saved');
  await ben.page.goto(`${demo.url}/c/tickets/3`);
  await ben.text('notes').getByText('Not to be lost. Width and height').waitFor();
});
