import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { openElements, serveElements, type ElementsPage } from '../kit/elements-page.ts';
import type { TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const form = '<concord-record token="$TOKEN" collection="orders" record="1"></concord-record>';
const order = {
  id: '1',
  title: 'Posters',
  amount: 12.5,
  remarks: 'The lamp flickers.',
  lines: [
    { item: 'Paper', count: 3 },
    { item: 'Ink', count: 1 },
  ],
};

async function startWithOrder(): Promise<TestServer> {
  const server = await serveElements();
  await server.json('POST', '/records/orders', order);
  return server;
}

async function openTogether(...users: readonly string[]): Promise<{ server: TestServer; pages: ElementsPage[] }> {
  const [server, browser] = await Promise.all([startWithOrder(), launchBrowser()]);
  const pages = await Promise.all(users.map((user) => openElements(browser, server, form, { as: { user } })));
  await Promise.all(pages.map(({ field }) => field('notes').locator('.content').waitFor()));
  return { server, pages };
}

const shows = (input: Locator, value: string) => expect.poll(() => input.inputValue()).toBe(value);
const stored = (server: TestServer) => server.json<Record<string, unknown>>('GET', '/records/orders/1');

it('has two people edit each kind of field at once', async () => {
  const { server, pages } = await openTogether('alice', 'ben');
  const [alice, ben] = pages as [ElementsPage, ElementsPage];

  await Promise.all([alice.input('title').fill('Posters of Alice'), ben.input('amount').fill('99.5')]);
  await Promise.all([alice.input('stage').selectOption('in_work'), ben.input('rush').check()]);
  await Promise.all([alice.input('due').fill('2026-12-24'), ben.input('settings').fill('{"mesh": 90}')]);
  await shows(ben.input('title'), 'Posters of Alice');
  await shows(alice.input('amount'), '99.5');
  await shows(ben.input('stage'), 'in_work');
  await shows(ben.input('due'), '2026-12-24');
  await expect.poll(() => alice.input('rush').isChecked()).toBe(true);
  await expect.poll(() => alice.input('settings').inputValue()).toContain('"mesh": 90');

  // What both add counts twice; what both put into a set is there once.
  const plus = (page: ElementsPage) => page.field('votes').getByRole('button', { name: 'Increase Votes' });
  for (const page of [alice, ben, alice]) await plus(page).click();
  for (const page of [alice, ben]) {
    await page.input('tags').fill('both');
    await page.input('tags').press('Enter');
    await page.input('tags').fill(page === alice ? 'from-alice' : 'from-ben');
    await page.input('tags').press('Enter');
  }
  for (const page of [alice, ben]) {
    await expect.poll(() => page.field('votes').getByRole('spinbutton').getAttribute('aria-valuenow')).toBe('3');
    await expect.poll(() => page.field('tags').locator('[data-member]').count()).toBe(3);
  }

  await Promise.all(pages.map((page) => page.saved()));
  await expect
    .poll(() => stored(server))
    .toMatchObject({
      title: 'Posters of Alice',
      amount: 99.5,
      stage: 'in_work',
      due: '2026-12-24',
      rush: true,
      settings: { mesh: 90 },
      votes: 3,
      tags: ['both', 'from-alice', 'from-ben'],
    });
});

it('merges what two people type into one text, and leaves each caret where it is', async () => {
  const { server, pages } = await openTogether('alice', 'ben');
  const [alice, ben] = pages as [ElementsPage, ElementsPage];
  const area = (page: ElementsPage) => page.input('remarks');

  await area(alice).focus();
  await alice.page.keyboard.press('ControlOrMeta+End');
  await area(ben).focus();
  await ben.page.keyboard.press('ControlOrMeta+Home');
  await Promise.all([
    alice.page.keyboard.type(' Every evening.', { delay: 5 }),
    ben.page.keyboard.type('Listen: ', { delay: 5 }),
  ]);
  const together = 'Listen: The lamp flickers. Every evening.';
  await Promise.all(pages.map((page) => shows(area(page), together)));
  const caret = (page: ElementsPage) => area(page).evaluate((element) => (element as HTMLTextAreaElement).selectionStart);
  expect(await caret(alice)).toBe(together.length);
  expect(await caret(ben)).toBe('Listen: '.length);

  // Undo takes back one's own, in as many steps as one has paused.
  await until('what Alice typed to be taken back', async () => {
    await alice.page.keyboard.press('ControlOrMeta+z');
    return (await area(alice).inputValue()) === 'Listen: The lamp flickers.';
  });
  await Promise.all(pages.map((page) => shows(area(page), 'Listen: The lamp flickers.')));
  await Promise.all(pages.map((page) => page.saved()));
  await expect.poll(() => stored(server)).toMatchObject({ remarks: 'Listen: The lamp flickers.' });
});

it('adds, edits, moves and removes rows beside somebody who types in one', async () => {
  const { server, pages } = await openTogether('alice', 'ben');
  const [alice, ben] = pages as [ElementsPage, ElementsPage];
  const cell = (page: ElementsPage, label: string) => page.field('lines').getByLabel(label, { exact: true });

  await cell(ben, 'Item, Row 2').focus();
  await ben.page.keyboard.press('End');
  await ben.page.keyboard.type(', black');
  await alice.field('lines').getByRole('button', { name: 'Add row' }).click();
  await until('the new row to have the focus', () =>
    cell(alice, 'Item, Row 3').evaluate((element) => (element.getRootNode() as ShadowRoot).activeElement === element),
  );
  await alice.page.keyboard.type('Varnish');
  await alice.field('lines').getByRole('button', { name: 'Move row 3 up' }).click();
  await alice.field('lines').getByRole('button', { name: 'Remove row 1' }).click();
  await ben.page.keyboard.type(' and blue');
  for (const page of [alice, ben]) {
    await shows(cell(page, 'Item, Row 1'), 'Varnish');
    await shows(cell(page, 'Item, Row 2'), 'Ink, black and blue');
  }
  await Promise.all(pages.map((page) => page.saved()));
  await expect
    .poll(() => stored(server))
    .toMatchObject({ lines: [{ item: 'Varnish' }, { item: 'Ink, black and blue', count: 1 }] });
});

it('says what is wrong as one types, keeps it from everybody, and gives it up at Escape', async () => {
  const { server, pages } = await openTogether('alice', 'ben');
  const [alice, ben] = pages as [ElementsPage, ElementsPage];
  const problem = (name: string) => alice.field(name).locator('.problem:visible').first();

  const amount = alice.input('amount');
  await amount.fill('5000');
  expect(await problem('amount').innerText()).toBe('Enter 1,000 or less');
  expect(await amount.getAttribute('aria-invalid')).toBe('true');
  const described = await amount.evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => (element.getRootNode() as ShadowRoot).getElementById(id)?.innerText)
      .join(' '),
  );
  expect(described).toContain('Enter 1,000 or less');
  await amount.fill('a lot');
  expect(await problem('amount').innerText()).toBe('Enter a number');

  await alice.input('title').fill('');
  expect(await problem('title').innerText()).toBe('Fill this in');
  await alice.input('settings').fill('{"a":');
  expect(await problem('settings').innerText()).toContain('no JSON');
  await alice.input('tags').fill('much-too-long-for-a-tag');
  await alice.input('tags').press('Enter');
  await problem('tags').waitFor();
  const count = alice.field('lines').getByLabel('Count, Row 1');
  await count.fill('-1');
  await alice.field('lines').getByText('Enter 0 or more').waitFor();

  // Others go on undisturbed, and nothing of it has been anywhere.
  await ben.input('amount').fill('7');
  await until('the server to have what Ben wrote', async () => (await stored(server))['amount'] === 7);
  expect(await stored(server)).toMatchObject({ title: 'Posters', settings: null, tags: [], lines: order.lines });
  expect(await amount.inputValue()).toBe('a lot');
  await amount.focus();
  await alice.page.keyboard.press('Escape');
  await shows(amount, '7');
  expect(await amount.getAttribute('aria-invalid')).toBeNull();
});

it('shows who is in which field, to the eye and to who listens', async () => {
  const { pages } = await openTogether('alice', 'ben');
  const [alice, ben] = pages as [ElementsPage, ElementsPage];
  await alice.page.locator('concord-presence').getByText('ben is here').waitFor({ state: 'attached' });
  await ben.input('amount').focus();
  await alice.field('amount').locator('.visitor', { hasText: 'ben' }).waitFor();
  const amount = alice.input('amount');
  expect(await amount.getAttribute('aria-describedby')).toContain('who');
  expect(await alice.field('amount').locator('#who').textContent()).toBe('ben is editing this field.');
  await ben.input('remarks').focus();
  await alice.field('amount').locator('.visitor').waitFor({ state: 'detached' });
  await alice.field('remarks').locator('.visitor', { hasText: 'ben' }).waitFor();
  await ben.page.close();
  await alice.page.locator('concord-presence').getByText('Nobody else is here').waitFor({ state: 'attached' });
});

it('lets who may not write a field read it', async () => {
  const { server, pages } = await openTogether('alice');
  const [alice] = pages as [ElementsPage];
  expect(await alice.input('discount').getAttribute('readonly')).toBe('');
  await server.json('PATCH', '/records/orders/1', { discount: 5 }, { user: 'lea', roles: ['lead'] });
  await shows(alice.input('discount'), '5');
  expect(await alice.input('amount').getAttribute('readonly')).toBeNull();
});
