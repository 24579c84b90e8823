import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@concord/client';
import type { Page } from 'playwright-core';
import { renderToString } from 'react-dom/server';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import workspaceConfig from '../../apps/workspace/concord.config.ts';
import type config from '../kit/concord.config.ts';
import { launchBrowser, openProfile } from '../kit/browser.ts';
import { bundlePage, openTab, serveBundled } from '../kit/page-bundle.ts';
import { serverTree, type Shown } from '../kit/react-page.tsx';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';

let files: ReadonlyMap<string, string>;
beforeAll(async () => {
  files = await bundlePage('react-page.tsx');
});

const overview: Shown = { ids: [], suspense: false, overview: true };
const tickets = (...ids: string[]): Shown => ({ ids, suspense: false, overview: false });

async function serve(): Promise<TestServer> {
  const server = await startServer();
  await server.json('POST', '/records/tickets', { id: 'lamp', title: 'The lamp flickers', estimate: 2 });
  await server.json('POST', '/records/tickets', { id: 'door', title: 'The door squeaks' });
  return server;
}

async function open(server: TestServer, user: string, shown: Shown, html?: string): Promise<Page> {
  const { page } = await openProfile(await launchBrowser());
  await serveBundled(page.context(), files);
  const tab = await openTab(page.context(), server.url);
  const token = await tokenFor({ user });
  await tab.evaluate(([url, held, what, made]) => window.page.start(url, held, what, made), [
    server.url,
    token,
    shown,
    html,
  ] as const);
  return tab;
}

const log = (page: Page) => page.evaluate(() => window.page.log);
const text = (page: Page, label: string) => page.getByLabel(label, { exact: true }).innerText();

it('shows a record that two edit, and where each of them is', async () => {
  const server = await serve();
  const [ada, ben] = await Promise.all([open(server, 'ada', tickets('lamp')), open(server, 'ben', tickets('lamp'))]);
  await expect.poll(() => ada.getByLabel('Title').inputValue()).toBe('The lamp flickers');
  await expect.poll(() => ben.getByLabel('Estimate').innerText()).toBe('2');
  await ada.getByLabel('Title').fill('The lamp is dead');
  await expect.poll(() => ben.getByLabel('Title').inputValue()).toBe('The lamp is dead');
  await ben.getByLabel('Estimate').click();
  await expect.poll(() => ada.getByLabel('Estimate').innerText()).toBe('3');
  expect(await ada.getByLabel('Estimate').getAttribute('title')).toBe('must be at least 0');
  await expect.poll(() => text(ada, 'Here')).toBe('ben');
  await expect.poll(() => text(ada, 'State')).toContain('live saved The lamp is dead');
  await ada.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => ben.getByLabel('Title').inputValue()).toBe('The lamp flickers');
});

it('renders what shows a field when that has changed, and nothing else', async () => {
  const server = await serve();
  const [ada, ben] = await Promise.all([open(server, 'ada', tickets('lamp')), open(server, 'ben', tickets('lamp'))]);
  await expect.poll(() => text(ada, 'Here')).toBe('ben');
  await expect.poll(() => text(ada, 'State')).toContain('live saved');
  await expect.poll(() => text(ben, 'State')).toContain('live saved');
  const before = (await log(ada)).renders;
  for (let estimate = 3; estimate < 8; estimate += 1) {
    await ben.getByLabel('Estimate').click();
    await expect.poll(() => text(ada, 'Estimate')).toBe(String(estimate));
  }
  const after = (await log(ada)).renders;
  // StrictMode renders each component twice.
  expect(after['estimate']).toBe((before['estimate'] ?? 0) + 10);
  for (const other of ['title', 'here', 'on-title']) expect([other, after[other]]).toEqual([other, before[other]]);
});

it('keeps a list, who is where, what waits, and the feed', async () => {
  const server = await serve();
  const ada = await open(server, 'ada', overview);
  const list = ada.getByLabel('Tickets live');
  await expect.poll(() => list.locator('li').allInnerTexts()).toEqual(['The door squeaks', 'The lamp flickers']);
  expect(await text(ada, 'Me')).toBe('ada');
  expect(await text(ada, 'Collections')).toContain('tickets');
  await open(server, 'ben', tickets('lamp'));
  await expect.poll(() => text(ada, 'Others')).toBe('ben@lamp');
  await ada.getByRole('button', { name: 'Create' }).click();
  await expect.poll(() => list.locator('li').allInnerTexts()).toEqual(['Made here', 'The door squeaks', 'The lamp flickers']);
  await expect.poll(() => text(ada, 'Pending')).toBe('0');
  await server.json('PATCH', '/records/tickets/door', { status: 'closed' });
  await expect.poll(() => list.locator('li').allInnerTexts()).toEqual(['Made here', 'The lamp flickers']);
  await expect.poll(async () => (await log(ada)).changes).toEqual(['tickets.create', 'tickets.update']);
});

describe('with suspense', () => {
  it('waits for a record, and shows it', async () => {
    const server = await serve();
    const page = await open(server, 'ada', { ...tickets('lamp', 'door'), suspense: true });
    await expect.poll(() => page.getByLabel('Title').count()).toBe(2);
    expect(await page.getByLabel('Title').first().inputValue()).toBe('The lamp flickers');
  });

  it('throws to the boundary what will never be there', async () => {
    const server = await serve();
    const page = await open(server, 'ada', { ...tickets('nowhere'), suspense: true });
    await expect.poll(() => page.getByRole('alert').innerText()).toBe('not_found');
  });
});

it('opens once what StrictMode renders twice, shares it, and closes all of it at the end', async () => {
  const server = await serve();
  const page = await open(server, 'ada', { ids: ['lamp'], suspense: true, overview: true });
  await expect.poll(() => page.getByLabel('Title').inputValue()).toBe('The lamp flickers');
  expect((await log(page)).opened).toBe(3);
  await page.evaluate(() => window.showPage({ ids: ['lamp', 'door'], overview: true }));
  await expect.poll(() => page.getByLabel('Title').count()).toBe(2);
  await page.evaluate(() => window.showPage({ ids: ['door'], overview: false }));
  await expect.poll(async () => (await log(page)).closed).toBe(3);
  await page.evaluate(() => window.page.stop());
  await expect.poll(async () => (await log(page)).closed).toBe(4);
  expect((await log(page)).opened).toBe(4);
});

it('opens a record anew that comes to be shown again at once after it was over', async () => {
  const server = await serve();
  const page = await open(server, 'ada', tickets('lamp'));
  await expect.poll(() => text(page, 'State')).toContain('live saved');
  await server.json('DELETE', '/records/tickets/lamp');
  await expect.poll(() => text(page, 'State')).toContain('gone');
  await server.json('POST', '/records/tickets/lamp/restore');
  await page.evaluate(async () => {
    window.showPage({ ids: [], overview: false });
    while (document.querySelector('section') !== null) await new Promise(requestAnimationFrame);
    window.showPage({ ids: ['lamp'], overview: false });
  });
  await expect.poll(() => text(page, 'State')).toContain('live saved The lamp flickers');
});

describe('on a server', () => {
  const client = () => {
    const made = createClient<typeof config>({ url: 'http://127.0.0.1:9', token: 'none', storage: 'memory' });
    onTestFinished(() => made.close());
    return made;
  };

  it('renders what there is before anything is opened', () => {
    const html = renderToString(serverTree(client(), { ids: ['lamp'], suspense: false, overview: true }));
    expect(html).toContain('aria-label="Tickets loading"');
    expect(html).toContain('nobody');
    expect(html).toContain('loading');
  });

  it('renders the fallback in the place of what is waited for', () => {
    const html = renderToString(serverTree(client(), { ids: ['lamp'], suspense: true, overview: false }));
    expect(html).toContain('Waiting');
  });

  it('is taken over by the browser without a word, and goes on from there', async () => {
    const server = await serve();
    const shown: Shown = { ids: ['lamp'], suspense: false, overview: true };
    const page = await open(server, 'ada', shown, renderToString(serverTree(client(), shown)));
    await expect.poll(() => page.getByLabel('Title').inputValue()).toBe('The lamp flickers');
    await page.getByLabel('Tickets live').waitFor();
    expect((await log(page)).changes).toEqual([]);
  });
});

it('is shown by an example that runs as it is written', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../packages/react/README.md'), 'utf8');
  const [, code = ''] = /^```tsx\n(.*?)^```$/ms.exec(readme) ?? [];
  const server = await startServer({ config: workspaceConfig, demo: true });
  const { page } = await openProfile(await launchBrowser());
  await serveBundled(page.context(), await bundlePage('react-example.tsx', code));
  const tab = await openTab(page.context(), server.url);
  await tab.getByRole('button', { name: 'Cutter', exact: false }).waitFor({ state: 'detached' });
  await tab.getByRole('button', { name: 'Proof PDF shows the wrong paper size for A2 landscape' }).click();
  await tab.getByLabel('Title').fill('Renamed in the example');
  await tab.getByRole('button', { name: 'Renamed in the example' }).waitFor();
  await tab.getByText('saved; also here: nobody').waitFor();
  await tab.getByLabel('Title').fill('');
  await tab.getByRole('alert').waitFor();
});
