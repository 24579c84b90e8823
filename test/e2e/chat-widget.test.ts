import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import workspaceConfig from '../../apps/workspace/concord.config.ts';
import { violations } from '../kit/accessibility.ts';
import { launchBrowser, openProfile } from '../kit/browser.ts';
import { foreignOrigin } from '../kit/chat.config.ts';
import { serveRoom } from '../kit/chat-page.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import { quickClock } from '../kit/quick-clock.ts';
import type { TestServer } from '../kit/server.ts';

const hourMs = 60 * 60 * 1000;

/** A page of somebody else, with one script tag of the server's. */
async function openForeign(page: Page, server: TestServer): Promise<void> {
  await openPage(
    page,
    `<script type="module" src="${server.url}/elements/chat.js"></script>
    <concord-chat floating url="${server.url}" account="acme" guest="rooms"></concord-chat>`,
  );
}

async function openPage(page: Page, tags: string): Promise<void> {
  const html = `<!doctype html><html lang="en"><head><title>Bakery Krone</title></head>
    <body><main><h1>Bread</h1><p>Every day but Sunday.</p></main>${tags}</body></html>`;
  await page.context().grantPermissions(['local-network-access'], { origin: foreignOrigin });
  await page.context().route(`${foreignOrigin}/**`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(foreignOrigin);
}

/** Opens the panel and comes in. */
async function comeIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open chat' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).fill('Mr Krone');
  await page.keyboard.press('Enter');
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Write to' }).fill(text);
  await page.keyboard.press('Enter');
  await page.locator('.row[data-delivery=sent]', { hasText: text }).waitFor();
}

interface Entry {
  readonly text: string;
  readonly authorName: string;
}

it('lets a visitor of a foreign page talk to the team, and come back to it', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const { page } = await openProfile(browser);
  await openForeign(page, server);
  await page.getByRole('button', { name: 'Open chat' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).fill('Mr Krone');
  await page.keyboard.press('Enter');
  const input = page.getByRole('textbox', { name: 'Write to' });
  await input.fill('Are the bags printed?');
  await page.keyboard.press('Enter');
  await page.locator('.row[data-mine][data-delivery=sent]', { hasText: 'Are the bags printed?' }).waitFor();
  expect(await violations(page)).toEqual([]);

  const bob = { user: 'bob' };
  const { items } = await server.json<{ items: { id: string }[] }>('GET', '/records/rooms', undefined, bob);
  const [visit] = items.filter(({ id }) => id !== 'press');
  const log = `/records/rooms/${visit?.id}/messages`;
  const said = await server.json<{ items: Entry[] }>('GET', log, undefined, bob);
  expect(said.items.at(-1)).toMatchObject({ text: 'Are the bags printed?', authorName: 'Mr Krone' });

  await page.getByRole('button', { name: 'Close' }).last().click();
  await server.json('POST', log, { text: 'Tomorrow.' }, bob);
  await page.getByRole('button', { name: 'Open chat, 1 new message' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Open chat, 1 new message' }).click();
  await page.locator('.row', { hasText: 'Tomorrow.' }).waitFor();
  await page.locator('.row', { hasText: 'Are the bags printed?' }).waitFor();
  await expect.poll(() => page.locator('textarea').evaluate((element) => element.matches(':focus'))).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Open chat', exact: true }).waitFor();
});

it('takes the whole of a phone, and nothing of a page where it is closed', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const { page } = await openProfile(browser, { viewport: { width: 360, height: 740 } });
  await openForeign(page, server);
  const launcher = page.getByRole('button', { name: 'Open chat' });
  await launcher.waitFor();
  const closed = await page.locator('concord-chat').boundingBox();
  expect(closed?.width).toBeLessThan(100);
  await launcher.click();
  // It has come to rest.
  await expect.poll(() => page.getByRole('dialog').boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 740 });
});

it('goes on with the same visitor when their token has ended, while the page was closed or is open', async () => {
  const clock = quickClock(1);
  let ahead = 0;
  const server = await serveRoom({}, { clock: { ...clock, now: () => clock.now() + ahead } });
  const browser = await launchBrowser();
  const { page } = await openProfile(browser);
  await openForeign(page, server);
  await comeIn(page);
  await say(page, 'Are the bags printed?');

  ahead += 2 * hourMs;
  await page.clock.install({ time: Date.now() + ahead });
  await page.reload();
  await page.getByRole('button', { name: 'Open chat' }).click();
  await page.locator('.row', { hasText: 'Are the bags printed?' }).waitFor();
  await say(page, 'I ask again.');

  ahead += 2 * hourMs;
  await page.clock.fastForward(2 * hourMs);
  await say(page, 'And once more.');
});

it('says so when the room of a visitor is gone, and lets them begin another one', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const { page } = await openProfile(browser);
  await openForeign(page, server);
  await comeIn(page);
  await say(page, 'Are the bags printed?');
  const lead = { user: 'lea', roles: ['member', 'lead'] };
  const { items } = await server.json<{ items: { id: string }[] }>('GET', '/records/rooms', undefined, lead);
  for (const { id } of items) if (id !== 'press') await server.json('DELETE', `/records/rooms/${id}`, undefined, lead);
  await page.getByText('This conversation is over.').waitFor();
  await page.getByRole('button', { name: 'Start chat' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).press('Enter');
  await say(page, 'Hello again.');
  expect(await page.locator('.row', { hasText: 'Are the bags printed?' }).count()).toBe(0);
});

it('is on a page by the two lines that the README has', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const [, lines = ''] = /^## A chat on any page$[^]*?^```html\n([^]*?)^```$/m.exec(readme) ?? [];
  const [demo, browser] = await Promise.all([
    serveDemo({ config: { ...workspaceConfig, origins: [foreignOrigin] } }),
    launchBrowser(),
  ]);
  const { page } = await openProfile(browser);
  await openPage(page, lines.replaceAll('http://localhost:4000', demo.url));
  await comeIn(page);
  await say(page, 'Do you print on linen?');
  // The team is in the room.
  const chloe = await demoApi(demo.url, 'chloe');
  const { items } = await chloe<{ items: { id: string }[] }>('GET', '/records/rooms?sort=-createdAt&limit=1');
  const said = await chloe<{ items: Entry[] }>('GET', `/records/rooms/${items[0]?.id}/messages`);
  expect(said.items.at(-1)).toMatchObject({ text: 'Do you print on linen?', authorName: 'Mr Krone' });
});
