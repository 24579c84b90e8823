import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser, visitAs } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';

const rowOf = (page: Page, id: string) => page.locator(`[data-testid=row][data-record="${id}"]`);
const titles = (page: Page) => page.locator('[data-testid=row] [data-field=title] a').allInnerTexts();
const active = (page: Page) =>
  page.evaluate(() => {
    const cell = document.activeElement?.closest<HTMLElement>('[data-column]');
    return `${cell?.closest<HTMLElement>('[data-record]')?.dataset['record'] ?? ''}:${cell?.dataset['column'] ?? ''}`;
  });

it('is filtered by chips and as text, sorted by its headers, and the address says so', async () => {
  const demo = await serveDemo();
  const { page } = await visitAs(await launchBrowser(), demo.url, 'ada');

  await page.getByTestId('add-filter').click();
  await page.getByRole('dialog', { name: 'Add a filter' }).getByRole('button', { name: 'Status' }).click();
  await page.getByLabel('Waiting', { exact: true }).check();
  await expect.poll(() => page.getByTestId('count').innerText()).toBe('3 tickets');
  await page.keyboard.press('Escape');
  await page.getByTestId('add-filter').click();
  await page.getByRole('dialog', { name: 'Add a filter' }).getByRole('button', { name: 'Estimate' }).click();
  await page.getByLabel('To', { exact: true }).fill('2');
  await expect.poll(() => titles(page)).toEqual(['Quote for 600 school calendars']);
  expect(new URL(page.url()).searchParams.get('filter')).toBe("status = 'waiting' and estimate <= 2");

  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove the filter Estimate' }).click();
  await page.getByRole('button', { name: 'Title' }).click();
  await expect.poll(async () => (await titles(page))[0]).toBe('Courier picks up at 16:00 instead of 17:30 from December');
  await page.getByRole('button', { name: 'Title' }).click();
  await expect.poll(async () => (await titles(page))[0]).toBe('Quote for 600 school calendars');
  expect(new URL(page.url()).searchParams.get('sort')).toBe('-title');
  await page.reload();
  await page.getByTestId('chip').getByText('Waiting').waitFor();
  await expect.poll(async () => (await titles(page))[0]).toBe('Quote for 600 school calendars');

  await page.getByTestId('add-filter').click();
  await page.getByRole('button', { name: 'Write it as text' }).click();
  const text = page.getByTestId('filter-text');
  await text.fill("estimate >= 'many'");
  await expect.poll(() => text.getAttribute('aria-invalid')).toBe('true');
  await page.locator('.filters .field-error').getByText('estimate').waitFor();
  await text.fill('estimate >= 6 or assignee is null');
  await text.press('Enter');
  await expect.poll(() => page.getByTestId('count').innerText()).toBe('3 tickets');
});

it('is moved through, opened and selected by the keyboard alone', async () => {
  const demo = await serveDemo();
  const { page } = await visitAs(await launchBrowser(), demo.url, 'ada');
  const ids = await page
    .locator('[data-testid=row]')
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['record']));
  await rowOf(page, ids[0] ?? '')
    .getByRole('link')
    .focus();

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => active(page)).toBe(`${ids[2]}:1`);
  await page.keyboard.press('End');
  await expect.poll(() => active(page)).toBe(`${ids.at(-1)}:1`);
  await page.keyboard.press('Home');
  await expect.poll(() => active(page)).toBe(`${ids[0]}:1`);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => active(page)).toBe(`${ids[0]}:0`);
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => active(page)).toBe(`${ids[1]}:0`);
  await page.keyboard.press('Space');
  await page.getByTestId('bulk').getByText('2 tickets selected').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('bulk').waitFor({ state: 'detached' });

  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => active(page)).toBe(`${ids[1]}:2`);
  await page.keyboard.press('Enter');
  await page.getByRole('menuitemradio', { name: 'Closed' }).waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  // Which is in the same cell, and says so, too.
  await page.getByRole('menuitemradio').first().waitFor({ state: 'detached' });
  await rowOf(page, ids[1] ?? '')
    .locator('[data-field=status]')
    .getByText('Closed')
    .waitFor();

  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.getByTestId('record').waitFor();
  // Who comes to another page is told which.
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
});

it('changes and deletes what is selected, for everybody, and takes it back', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([visitAs(browser, demo.url, 'ada'), visitAs(browser, demo.url, 'ben')]);
  for (const id of ['3', '5']) await rowOf(ada.page, id).getByRole('checkbox').click();
  await ada.page.getByTestId('bulk-change').click();
  await ada.page.getByLabel('New value').selectOption('waiting');
  await ada.page.getByRole('button', { name: 'Change all' }).click();
  for (const id of ['3', '5']) await rowOf(ben.page, id).locator('[data-field=status]').getByText('Waiting').waitFor();

  await ada.page.getByRole('button', { name: 'Delete', exact: true }).click();
  for (const id of ['3', '5']) await rowOf(ben.page, id).waitFor({ state: 'detached' });
  await ada.page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click();
  for (const id of ['3', '5']) await rowOf(ben.page, id).waitFor();
});

it('shows the columns that were chosen, after a reload, too', async () => {
  const demo = await serveDemo();
  const { page } = await visitAs(await launchBrowser(), demo.url, 'ada');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByLabel('Notes', { exact: true }).check();
  await page.getByLabel('Priority', { exact: true }).uncheck();
  await page.keyboard.press('Escape');
  await rowOf(page, '3').getByText('Width and height are swapped').waitFor();
  await page.reload();
  await rowOf(page, '3').getByText('Width and height are swapped').waitFor();
  expect(await page.getByRole('columnheader', { name: 'Priority' }).count()).toBe(0);
});

it('holds ten thousand rows, of which only those in sight are in the page', async () => {
  const demo = await serveDemo();
  const send = await demoApi(demo.url, 'ada');
  const batches = Array.from({ length: 100 }, (_, batch) =>
    Array.from({ length: 100 }, (_record, at) => ({ name: `Customer ${String(100 * batch + at).padStart(5, '0')}` })),
  );
  await Promise.all(batches.map((records) => send('POST', '/records/customers/batch', { records })));
  const { page } = await visitAs(await launchBrowser(), demo.url, 'ada');
  await page.goto(`${demo.url}/c/customers?sort=name`);
  await rowOf(page, 'krone').waitFor();
  await expect.poll(() => page.getByTestId('count').innerText()).toBe('10,006 customers');
  expect(await page.getByTestId('row').count()).toBeLessThan(80);

  // Scrolled from the top to the bottom: at each step there are as many rows as fit, and no more.
  const most = await page.getByTestId('list').evaluate(async (list) => {
    let rows = 0;
    for (let step = 1; step <= 120; step += 1) {
      list.scrollTop = (list.scrollHeight * step) / 120;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      rows = Math.max(rows, list.querySelectorAll('[data-testid=row]').length);
    }
    return rows;
  });
  expect(most).toBeLessThan(80);
  await page.getByRole('link', { name: 'Rowing club 1908' }).waitFor();
  expect(await page.getByTestId('row').count()).toBeLessThan(80);
});

it('says what is wrong where a list is empty, refused or not there', async () => {
  const demo = await serveDemo();
  const { page } = await visitAs(await launchBrowser(), demo.url, 'ada');
  await page.getByLabel('Search by title').fill('zebra');
  await page.getByTestId('list-empty').getByText('Nothing fits').waitFor();
  await page.getByRole('button', { name: 'Show all tickets' }).click();
  await rowOf(page, '3').waitFor();
  await page.goto(`${demo.url}/c/tickets?filter=${encodeURIComponent('nonsense = 3')}`);
  await page.getByTestId('list-refused').waitFor();
  await page.goto(`${demo.url}/c/unicorns`);
  await page.getByTestId('nowhere').waitFor();
});
