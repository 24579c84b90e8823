import type { Browser, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { violations } from '../kit/accessibility.ts';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';

interface EditorPage {
  /** The field that it edits. */
  readonly field: 'body' | 'source';
  /** What takes the keys. */
  readonly input: string;
  /** What holds the text, and what in there is none of it: cursors and their names. */
  readonly text: string;
  readonly decoration?: string;
  /** Where the name of somebody's cursor stands: an element, or what CSS puts behind one. */
  readonly cursor?: string;
}

const editors: Readonly<Record<string, EditorPage>> = {
  tiptap: {
    field: 'body',
    input: '#editor .ProseMirror',
    text: '#editor .ProseMirror > p',
    decoration: '.collaboration-carets__caret',
    cursor: '.collaboration-carets__label',
  },
  codemirror: {
    field: 'source',
    input: '#editor .cm-content',
    text: '#editor .cm-line',
    decoration: '.cm-ySelectionCaret',
    cursor: '.cm-ySelectionInfo',
  },
  quill: { field: 'source', input: '#editor .ql-editor', text: '#editor .ql-editor > p', cursor: '.ql-cursor-name' },
  monaco: { field: 'source', input: '#editor .view-lines', text: '#editor .view-line', cursor: '.yRemoteSelectionHead' },
  textarea: { field: 'source', input: '#editor', text: '#editor' },
};

interface Writer {
  readonly page: Page;
  /** Types at the very end, or at the very beginning. */
  /** Moves the caret to the beginning or the end. Resolves once the editor knows. */
  place(at: 'Home' | 'End'): Promise<void>;
  /** Goes on behind what there is. */
  type(text: string): Promise<void>;
  /** The text, as one sees it. */
  text(): Promise<string>;
  /** The names at the cursors of others. */
  cursors(): Promise<string[]>;
  saved(): Promise<void>;
}

/** Opens an example as somebody in a profile of their own. The test fails if the page ever throws or breaks its policy. */
async function open(browser: Browser, origin: string, example: string, person: string, record: string): Promise<Writer> {
  const editor = editors[example.replace('-stock', '')];
  if (editor === undefined) throw new Error(`There is no ${example}.`);
  const context = await browser.newContext({ viewport: { width: 900, height: 600 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  onTestFinished(() => expect(errors, `what ${person}'s ${example} complained of`).toEqual([]));
  await page.goto(`${origin}/examples/${example}.html?as=${person}&record=${record}`);
  await page.locator(editor.input).waitFor();
  await page.locator('#status:is([data-state=saved], [data-state=connected])').waitFor();
  const place = async (at: 'Home' | 'End'): Promise<void> => {
    await page.locator(editor.input).click();
    await page.keyboard.press(`ControlOrMeta+${at}`);
    // Editors hear of a moved caret by an event of its own, which comes before the next frame.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  };
  return {
    page,
    place,
    async type(text) {
      await place('End');
      await page.keyboard.type(text);
    },
    text: () =>
      page.evaluate(({ text, decoration }) => {
        const lines = Array.from(document.querySelectorAll(text), (line) => {
          if (line instanceof HTMLTextAreaElement) return line.value;
          const copy = line.cloneNode(true) as Element;
          if (decoration !== undefined) for (const one of copy.querySelectorAll(decoration)) one.remove();
          return copy.textContent.replaceAll('\u00a0', ' ').replaceAll(/[\u2060\ufeff]/g, '');
        });
        return lines.join('\n');
      }, editor),
    cursors: () =>
      page.evaluate(
        (cursor) =>
          Array.from(document.querySelectorAll(cursor ?? 'none'), (one) => {
            const drawn = getComputedStyle(one, '::after').content;
            return drawn === 'none' ? one.textContent : (JSON.parse(drawn) as string);
          }),
        editor.cursor,
      ),
    saved: () => page.locator('#status[data-state=saved]').waitFor(),
  };
}

/** What other systems read: the text of a field, one line a paragraph. Nothing before there is such a record. */
async function readField(origin: string, record: string, field: 'body' | 'source'): Promise<string> {
  const api = await demoApi(origin, 'dan');
  const note = await api<Record<'body' | 'source', RichText | string>>('GET', `/records/notes/${record}`).catch(() => undefined);
  const value = note?.[field] ?? '';
  return typeof value === 'string' ? value : (value.content ?? []).map(plain).join('\n');
}

interface RichText {
  readonly text?: string;
  readonly content?: readonly RichText[];
}

function plain({ text = '', content = [] }: RichText): string {
  return text + content.map(plain).join('');
}

const everyEditor = Object.entries(editors)
  .filter(([, { cursor }]) => cursor !== undefined)
  .map(([name, { field }]) => ({ name, field }));

it.each(everyEditor)('$name is one text for all, by the SDK and by a stock provider', async ({ name, field }) => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben, dan] = await Promise.all([
    open(browser, demo.url, name, 'ada', 'together'),
    open(browser, demo.url, `${name}-stock`, 'ben', 'together'),
    open(browser, demo.url, name, 'dan', 'together'),
  ]);
  /** All see it, and so do other systems. */
  async function reads(text: string): Promise<void> {
    for (const writer of [ada, ben, dan]) await expect.poll(() => writer.text()).toBe(text);
    await expect.poll(() => readField(demo.url, 'together', field)).toBe(text);
  }

  await ada.type('Ada begins.');
  await expect.poll(() => ben.text()).toBe('Ada begins.');
  await ben.type(' Ben goes on.');
  await expect.poll(() => dan.text()).toBe('Ada begins. Ben goes on.');
  await dan.type(' Dan ends.');
  await reads('Ada begins. Ben goes on. Dan ends.');
  await expect.poll(async () => (await ada.cursors()).toSorted()).toEqual(['Ben', 'Dan']);
  await expect.poll(async () => (await ben.cursors()).toSorted()).toEqual(['Ada', 'Dan']);
  await expect.poll(async () => (await dan.cursors()).toSorted()).toEqual(['Ada', 'Ben']);

  // Where each begins has to stand before the other types: what comes in while a caret is being moved may take it along.
  await ada.place('Home');
  await ben.place('End');
  await Promise.all([ada.page.keyboard.type('In front, at once. '), ben.page.keyboard.type(' Behind, at once.')]);
  await reads('In front, at once. Ada begins. Ben goes on. Dan ends. Behind, at once.');

  // However many steps it is, what one takes back is one's own.
  await takeBack(ada, ' Ben goes on. Dan ends. Behind, at once.');
  await reads(' Ben goes on. Dan ends. Behind, at once.');
  await takeBack(ben, ' Dan ends.');
  await reads(' Dan ends.');

  expect(await violations(ada.page)).toEqual([]);

  await ada.saved();
  await ben.page.goto('about:blank');
  await dan.page.goto('about:blank');
  await expect.poll(() => ada.cursors()).toEqual([]);
});

async function takeBack({ page, text }: Writer, until: string): Promise<void> {
  await expect
    .poll(async () => {
      await page.keyboard.press('ControlOrMeta+z');
      return await text();
    })
    .toBe(until);
}

it('shows one text in different editors at once, and in a bare textarea', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const examples = ['codemirror', 'quill-stock', 'monaco', 'textarea'];
  const [first, ...others] = await Promise.all(
    examples.map((example, index) => open(browser, demo.url, example, index % 2 === 0 ? 'ada' : 'ben', 'mixed')),
  );
  const area = others.at(-1);
  if (first === undefined || area === undefined) throw new Error('nobody came');

  await first.type('One line,');
  await first.page.keyboard.press('Enter');
  await first.page.keyboard.type('and another.');
  for (const other of others) await expect.poll(() => other.text()).toBe('One line,\nand another.');

  // The caret of a textarea stays in its place in the text, whatever is typed in front of it.
  await area.type('More of it.');
  await first.place('Home');
  await first.page.keyboard.type('The first of all. ');
  await expect.poll(() => area.text()).toBe('The first of all. One line,\nand another.More of it.');
  await area.page.keyboard.type(' And more.');
  await expect.poll(() => first.text()).toBe('The first of all. One line,\nand another.More of it. And more.');
  await takeBack(area, 'The first of all. One line,\nand another.');
  await expect.poll(() => readField(demo.url, 'mixed', 'source')).toBe('The first of all. One line,\nand another.');
});

it('leads to every example from the index', async () => {
  const demo = await serveDemo();
  const index = await fetch(`${demo.url}/examples`, { headers: { accept: 'text/html' } });
  expect(index.url).toBe(`${demo.url}/examples/`);
  const links = [...(await index.text()).matchAll(/ href="([\w-]+)\.html\?as=(?:ada|ben)"/g)].map(([, example = '']) => example);
  expect(new Set(links)).toEqual(new Set([...Object.keys(editors), ...everyEditor.map(({ name }) => `${name}-stock`)]));
  for (const example of new Set(links)) {
    const html = await (await fetch(`${demo.url}/examples/${example}.html`)).text();
    expect(html, example).toContain('src="/examples/assets/');
  }
});
