import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { openElements, serveElements, type ElementsPage } from '../kit/elements-page.ts';
import { until } from '../kit/until.ts';
import type { TestServer } from '../kit/server.ts';

const form = '<concord-record token="$TOKEN" collection="orders" record="1" fields="title,notes"></concord-record>';
const paragraph = (...content: readonly object[]) => ({ type: 'paragraph', content });
const text = (value: string) => ({ type: 'text', text: value });

async function openTogether(notes: object, ...users: readonly string[]): Promise<{ server: TestServer; pages: ElementsPage[] }> {
  const [server, browser] = await Promise.all([serveElements(), launchBrowser()]);
  await server.json('POST', '/records/orders', { id: '1', title: 'Posters', notes: { type: 'doc', content: [notes] } });
  const pages = await Promise.all(users.map((user) => openElements(browser, server, form, { as: { user } })));
  await Promise.all(pages.map((page) => content(page).waitFor()));
  return { server, pages };
}

const content = ({ page }: ElementsPage) => page.locator('concord-editor .content');
/** The text, without the names at the carets of others. */
const textOf = (page: ElementsPage) =>
  content(page).evaluate((element) => {
    const copy = element.cloneNode(true) as Element;
    for (const caret of copy.querySelectorAll('.caret')) caret.remove();
    return copy.textContent;
  });
const tool = ({ page }: ElementsPage, name: string) => page.getByRole('toolbar').getByRole('button', { name, exact: true });
const notesOf = async (server: TestServer) => (await server.json<{ notes: object }>('GET', '/records/orders/1')).notes;

it('has two people write one text, each with the caret of the other, and undoes what is one’s own', async () => {
  const { server, pages } = await openTogether(paragraph(text('The lamp flickers.')), 'alice', 'ben');
  const [alice, ben] = pages as [ElementsPage, ElementsPage];
  await content(alice).click();
  await alice.page.keyboard.press('ControlOrMeta+End');
  await content(ben).click();
  await ben.page.keyboard.press('ControlOrMeta+Home');
  await Promise.all([alice.page.keyboard.type(' Again.', { delay: 3 }), ben.page.keyboard.type('Look: ', { delay: 3 })]);
  for (const page of pages) await expect.poll(() => textOf(page)).toBe('Look: The lamp flickers. Again.');
  await content(alice).locator('.caret', { hasText: 'ben' }).waitFor();
  await content(ben).locator('.caret', { hasText: 'alice' }).waitFor();

  await until('what Alice wrote to be taken back', async () => {
    await alice.page.keyboard.press('ControlOrMeta+z');
    return (await textOf(alice)) === 'Look: The lamp flickers.';
  });
  await expect.poll(() => textOf(ben)).toBe('Look: The lamp flickers.');
  await expect.poll(() => notesOf(server)).toEqual({ type: 'doc', content: [paragraph(text('Look: The lamp flickers.'))] });
});

it('names people by @, as a node that the record keeps and its HTML shows', async () => {
  const { server, pages } = await openTogether(paragraph(text('Ask ')), 'alice', 'ben');
  const [alice, ben] = pages as [ElementsPage, ElementsPage];
  await content(alice).click();
  await alice.page.keyboard.press('ControlOrMeta+End');
  await alice.page.keyboard.type('@be');
  await alice.page.getByRole('option', { name: 'ben' }).waitFor();
  expect(await content(alice).getAttribute('aria-activedescendant')).toBe('people-0');
  await alice.page.keyboard.press('Enter');
  await alice.page.keyboard.type('first.');
  await content(ben).locator('.mention', { hasText: '@ben' }).waitFor();
  const mention = { type: 'mention', attrs: { id: 'ben', label: 'ben' } };
  await expect.poll(() => notesOf(server)).toEqual({ type: 'doc', content: [paragraph(text('Ask '), mention, text(' first.'))] });
});

it('is formatted by the keyboard alone: one stop for the toolbar, arrow keys within, links by Ctrl+K', async () => {
  const { server, pages } = await openTogether(paragraph(text('word')), 'alice');
  const [alice] = pages as [ElementsPage];
  const { page } = alice;
  await content(alice).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+b');
  await expect.poll(() => tool(alice, 'Bold').getAttribute('aria-pressed')).toBe('true');

  await page.keyboard.press('Shift+Tab');
  const focused = () =>
    page.evaluate(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.getAttribute('aria-label');
    });
  expect(await focused()).toBe('Kind of paragraph');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(await focused()).toBe('Italic');
  await page.keyboard.press('Enter');
  await expect.poll(() => tool(alice, 'Italic').getAttribute('aria-pressed')).toBe('true');
  // Back in the text, as after any tool.
  await expect.poll(focused).toBe('Notes');

  await page.keyboard.press('ControlOrMeta+k');
  await expect.poll(focused).toBe('Address of the link');
  await page.keyboard.type('javascript:alert(1)');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('example.com');
  await page.keyboard.press('Enter');
  await content(alice).locator('a[href="https://example.com"]').waitFor();
  await expect.poll(async () => JSON.stringify(await notesOf(server))).toContain('"href":"https://example.com"');
});

it('is fetched when it is wanted, and not before', async () => {
  const [server, browser] = await Promise.all([serveElements(), launchBrowser()]);
  await server.json('POST', '/records/orders', { id: '1', title: 'Posters' });
  const body = '<concord-record token="$TOKEN" collection="orders" record="1" fields="title,amount"></concord-record>';
  const page = await openElements(browser, server, body);
  await page.input('amount').waitFor();
  await page.saved();
  expect(page.files).toContain('elements.js');
  expect(page.files.filter((file) => /editor|list/.test(file))).toEqual([]);
  await page.page.locator('concord-record').evaluate((record) => record.setAttribute('fields', 'title,notes'));
  await content(page).waitFor();
  expect(page.files.filter((file) => file.startsWith('editor'))).toHaveLength(1);
});

it('shows a text with something in it that it does not know, and leaves it as it is', async () => {
  const drawing = { type: 'drawing', attrs: { src: 'x' }, content: [paragraph(text('A sketch'))] };
  const { server, pages } = await openTogether(drawing, 'alice');
  const [alice] = pages as [ElementsPage];
  await content(alice).getByText('A sketch').waitFor();
  expect(await alice.page.getByRole('toolbar').count()).toBe(0);
  await alice.input('title').fill('Posters!');
  await until('the title to be saved', async () => (await server.json('GET', '/records/orders/1'))['title'] === 'Posters!');
  expect(await notesOf(server)).toEqual({ type: 'doc', content: [drawing] });
});

it('can be read, but not written, by who may not', async () => {
  const { pages } = await openTogether(paragraph(text('The lamp flickers.')), 'alice');
  const [alice] = pages as [ElementsPage];
  await alice.page.locator('concord-record').evaluate((record) => record.setAttribute('readonly', ''));
  await alice.page.getByRole('toolbar').waitFor({ state: 'detached' });
  expect(await content(alice).getAttribute('contenteditable')).toBe('false');
  expect(await content(alice).getAttribute('aria-readonly')).toBe('true');
});
