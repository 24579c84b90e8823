import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser, openProfile } from '../kit/browser.ts';
import { serveDemo } from '../kit/demo.ts';

const folder = join(import.meta.dirname, '../../packages/elements');

interface Served {
  readonly page: Page;
  readonly token: string;
  readonly url: string;
  title(): Promise<unknown>;
}

/** The demo as `npm start` serves it, and an empty page of its origin. */
async function openEmptyPage(): Promise<Served> {
  const [{ url }, browser] = await Promise.all([serveDemo(), launchBrowser()]);
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1/auth/demo`, { method: 'POST', headers, body: '{"user":"ada"}' });
  const { token } = (await answer.json()) as { token: string };
  const { page } = await openProfile(browser);
  await page.goto(`${url}/healthz`);
  const title = async () => {
    const record = await fetch(`${url}/api/v1/records/tickets/2`, { headers: { authorization: `Bearer ${token}` } });
    return ((await record.json()) as { title: unknown }).title;
  };
  return { page, token, url, title };
}

/** Makes the page another one, of the same origin, whose scripts run. */
async function show(page: Page, html: string): Promise<void> {
  await page.evaluate((source) => {
    const next = new DOMParser().parseFromString(source, 'text/html');
    document.documentElement.replaceWith(document.adoptNode(next.documentElement));
    for (const { src } of Array.from(document.scripts))
      document.head.append(Object.assign(document.createElement('script'), { type: 'module', src }));
  }, html);
}

/** The fenced blocks of the README. */
async function blocks(language: string): Promise<readonly string[]> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  return Array.from(readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms')), (match) => match[1] ?? '');
}

it('the example page is a live form by one script tag', async () => {
  const { page, token, url, title } = await openEmptyPage();
  const example = await readFile(join(folder, 'example/index.html'), 'utf8');
  expect(example.match(/<script/g)).toHaveLength(1);
  await show(page, example.replaceAll('http://localhost:4000', url).replace('TOKEN', token));
  await page.getByRole('textbox', { name: 'Title' }).fill('Edited on a page of its own');
  await page.getByRole('toolbar').waitFor();
  await expect.poll(title).toBe('Edited on a page of its own');
});

it('the example with a chat lets a visitor in, by one script tag', async () => {
  const { page, url } = await openEmptyPage();
  const example = await readFile(join(folder, 'example/chat.html'), 'utf8');
  expect(example.match(/<script/g)).toHaveLength(1);
  await show(page, example.replaceAll('http://localhost:4000', url));
  await page.getByRole('button', { name: 'Open chat' }).click();
  await page.getByRole('button', { name: 'Start chat' }).click();
  await page.locator('concord-chat textarea').fill('Do you print on jute?');
  await page.keyboard.press('Enter');
  await page.locator('.row[data-delivery=sent]', { hasText: 'jute' }).waitFor();

  await page.goto(`${url}/examples/chat.html`);
  // The same browser, and so the same visitor.
  await page.getByRole('button', { name: 'Open chat' }).click();
  await page.locator('.row', { hasText: 'jute' }).waitFor();
});

it('the README says what works', async () => {
  const { page, token, url, title } = await openEmptyPage();
  const [first = '', laidOut = '', chat = '', widget = ''] = await blocks('html');
  const [words = ''] = await blocks('js');
  const here = (code: string) => code.replaceAll('https://concord.example.com', url).replaceAll('…', token);

  await show(page, here(first));
  await page.getByRole('textbox', { name: 'Title' }).fill('Edited by the README');
  await expect.poll(title).toBe('Edited by the README');

  await page.evaluate(
    ([html]) => (document.body.innerHTML = html ?? ''),
    [`<concord-client url="${url}" token="${token}">${laidOut}</concord-client>`],
  );
  await page.locator('concord-record > concord-field[size=title]').getByRole('textbox').waitFor();
  expect(await page.locator('concord-field').count()).toBe(3);

  await show(page, here(chat));
  await page.locator('concord-chat textarea').fill('Said by the README');
  await page.keyboard.press('Enter');
  await page.locator('.row[data-delivery=sent]', { hasText: 'Said by the README' }).waitFor();

  await show(page, here(widget));
  await page.getByRole('button', { name: 'Open chat' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).press('Enter');
  await page.locator('concord-chat textarea').fill('Said by a visitor');
  await page.keyboard.press('Enter');
  await page.locator('.row[data-mine][data-delivery=sent]', { hasText: 'Said by a visitor' }).waitFor();

  await page.evaluate(
    ([html]) => (document.body.innerHTML = html ?? ''),
    [`<concord-client url="${url}" token="${token}">${laidOut}</concord-client>`],
  );

  const [, names, from] = /^import (\{.*\}) from '(.*)';/m.exec(words) ?? [];
  const body = words.replace(/^import .*$/m, '');
  await page.evaluate(`import('${here(from ?? '')}').then((${names}) => { ${body} })`);
  await page.locator('concord-field[field=status]').getByText('Stand').waitFor();
});
