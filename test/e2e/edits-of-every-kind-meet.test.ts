import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { startDemo } from '../kit/demo-process.ts';
import { serveDemo } from '../kit/demo.ts';
import { openRecordForTwo, type RecordPage } from '../kit/record-page.ts';

const id = 'festival-posters';
const counted = (page: RecordPage): Promise<string | null> =>
  page.field('sheets').getByRole('spinbutton').getAttribute('aria-valuenow');
const members = (page: RecordPage): Promise<string[]> => page.field('tags').locator('[data-member]').allInnerTexts();

async function addTag(page: RecordPage, tag: string): Promise<void> {
  await page.input('tags').fill(tag);
  await page.input('tags').press('Enter');
}

async function addTask(page: RecordPage, task: string): Promise<void> {
  const cells = page.field('tasks').getByLabel(/^Task, Row/);
  const before = await cells.count();
  await page.field('tasks').getByRole('button', { name: 'Add row' }).click();
  await cells.nth(before).fill(task);
}

/** What a page shows of each field. */
async function shown(page: RecordPage): Promise<unknown> {
  const values: Record<string, unknown> = {};
  for (const name of ['title', 'stage', 'customer', 'start', 'due', 'settings'])
    values[name] = await page.input(name).inputValue();
  values['rush'] = await page.input('rush').isChecked();
  values['lead'] = await page.page.getByLabel('Lead').inputValue();
  values['sheets'] = await counted(page);
  values['tags'] = (await members(page)).toSorted();
  values['brief'] = (await page.text('brief').locator('> *').allInnerTexts()).map((line) => line.replace(/Ada|Ben/g, ''));
  values['tasks'] = await page
    .field('tasks')
    .getByLabel(/^Task, Row/)
    .evaluateAll((cells) => cells.map((cell) => (cell as HTMLInputElement).value));
  return values;
}

it('come out the same for both where two people edit every field before either hears of the other', async () => {
  const demo = await startDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await openRecordForTwo(browser, demo.url, `projects/${id}`);
  const both = [ada, ben];
  for (const page of both) await page.text('brief').waitFor();
  for (const page of both) await page.field('tasks').getByLabel('Task, Row 4').waitFor();

  // The server answers nobody until both are done.
  demo.child.kill('SIGSTOP');
  for (const [page, name, stage, due, minutes, clicks] of [
    [ada, 'Ada', 'idea', '2026-12-05', 7, 2],
    [ben, 'Ben', 'done', '2026-12-06', 8, 3],
  ] as const) {
    await page.typeAt(name === 'Ada' ? 'beginning' : 'end', 'brief', `${name} writes here. `);
    await page.input('title').fill(`The title of ${name}`);
    await page.input('stage').selectOption(stage);
    await page.input('due').fill(due);
    await page.input('settings').fill(`{"minutes": ${minutes}}`);
    await page.page.getByLabel('Lead').selectOption(name.toLowerCase());
    for (let click = 0; click < clicks; click++) {
      await page.field('sheets').getByRole('button', { name: 'Increase Sheets' }).click();
    }
    await addTag(page, 'from both');
    await addTag(page, `from ${name}`);
    await addTask(page, `Task of ${name}`);
    await page
      .field('tasks')
      .getByLabel(name === 'Ada' ? 'Hours, Row 1' : 'Owner, Row 1')
      .fill('12');
    await page.saveState('saving');
  }
  // One of them only: what the other does not touch stays as the first one leaves it.
  await ada.input('rush').uncheck();
  await ben.field('tags').locator('[data-member="A1"]').getByRole('button').click();
  demo.child.kill('SIGCONT');

  for (const page of both) await page.saveState('saved');
  for (const page of both) {
    await expect.poll(() => counted(page)).toBe('1245');
    await expect
      .poll(async () => (await members(page)).toSorted())
      .toEqual(['from Ada', 'from Ben', 'from both', 'posters', 'screen print'].toSorted());
    await page.text('brief').getByText('Ada writes here. Five motifs').waitFor();
    await page.text('brief').getByText('the festival officeBen writes here.').waitFor();
    await expect
      .poll(() =>
        page
          .field('tasks')
          .getByLabel(/^Task, Row/)
          .count(),
      )
      .toBe(6);
    await expect.poll(() => page.input('rush').isChecked()).toBe(false);
  }
  await expect.poll(async () => JSON.stringify(await shown(ben)) === JSON.stringify(await shown(ada))).toBe(true);

  // What one of them had in a single value is there whole, and it is what the server has.
  const ask = await demoApi(demo.url, 'ada');
  type Stored = { readonly tasks: readonly { readonly task: string; readonly owner: string; readonly hours: number }[] };
  const stored = (): Promise<Stored> => ask<Stored>('GET', `/records/projects/${id}`);
  const title = await ada.input('title').inputValue();
  expect(['The title of Ada', 'The title of Ben']).toContain(title);
  await expect.poll(stored).toMatchObject({
    title,
    stage: await ada.input('stage').inputValue(),
    due: await ada.input('due').inputValue(),
    settings: JSON.parse(await ada.input('settings').inputValue()) as object,
    lead: await ada.page.getByLabel('Lead').inputValue(),
    rush: false,
    sheets: 1245,
  });
  const { tasks } = await stored();
  expect(tasks[0]).toMatchObject({ task: 'Proof of motif 1 to 3', owner: '12', hours: 12 });
  expect(
    tasks
      .slice(4)
      .map(({ task }) => task)
      .toSorted(),
  ).toEqual(['Task of Ada', 'Task of Ben']);
});

it('keeps two people’s keys in one plain text, and in one rich text, in the order in which each typed them', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await openRecordForTwo(browser, demo.url, 'notes/monday');
  for (const page of [ada, ben]) await page.text('body').waitFor();
  // Something lies between the beginning and the end, wherever one's cursor is when the other's first key arrives.
  await ada.typeAt('end', 'body', ' | ');
  await ada.typeAt('end', 'source', ' | ');
  await ben.text('body').getByText('|').waitFor();
  await expect.poll(() => ben.input('source').inputValue()).toContain('|');
  const words = (name: string): string => Array.from({ length: 12 }, (_, at) => `${name}${at}`).join('');
  await Promise.all([ada.typeAt('end', 'body', words('a')), ben.typeAt('beginning', 'body', words('b'))]);
  await Promise.all([ada.typeAt('end', 'source', words('c')), ben.typeAt('beginning', 'source', words('d'))]);
  for (const page of [ada, ben]) {
    await page.text('body').getByText(words('a')).waitFor();
    await page.text('body').getByText(words('b')).waitFor();
    await expect.poll(() => page.input('source').inputValue()).toContain(words('c'));
    await expect.poll(() => page.input('source').inputValue()).toContain(words('d'));
  }
  await Promise.all([ada.saveState('saved'), ben.saveState('saved')]);
});
