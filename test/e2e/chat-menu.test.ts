import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { violations } from '../kit/accessibility.ts';
import { launchBrowser } from '../kit/browser.ts';
import { openChat, post, serveRoom, type ChatPage } from '../kit/chat-page.ts';

async function openMenu({ page, chat, message }: ChatPage, text: string): Promise<string[]> {
  await message(text).hover();
  await chat.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menu').waitFor();
  return await page.getByRole('menuitem').allInnerTexts();
}

const choose = (page: Page, name: string): Promise<void> => page.getByRole('menuitem', { name, exact: true }).click();

it('lets who leads pin what others say and delete it, and nobody else', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  await post(server, 'The plates are done', 'alice');
  const [lea, bob] = await Promise.all([
    openChat(browser, server, 'lea', { as: { user: 'lea', roles: ['member', 'lead'] } }),
    openChat(browser, server, 'bob'),
  ]);
  expect(await openMenu(bob, 'The plates are done')).toEqual(['Copy link', 'Mark as unread from here']);
  await bob.page.keyboard.press('Escape');
  expect(await openMenu(lea, 'The plates are done')).toEqual(['Copy link', 'Mark as unread from here', 'Pin', 'Delete']);
  await choose(lea.page, 'Pin');
  await bob.message('The plates are done').getByText('Pinned by lea').waitFor();
  await bob.chat.getByRole('button', { name: 'Pinned messages' }).click();
  await bob.chat.getByRole('region', { name: 'Pinned messages' }).getByText('The plates are done').waitFor();
  await openMenu(lea, 'The plates are done');
  await choose(lea.page, 'Unpin');
  await bob.chat.getByRole('region', { name: 'Pinned messages' }).getByRole('listitem').waitFor({ state: 'detached' });
});

it('marks what was read as unread, until something is said', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  await post(server, 'One', 'alice');
  await post(server, 'Two', 'alice');
  const bob = await openChat(browser, server, 'bob');
  const unread = async (): Promise<unknown> => {
    const { items } = await server.json<{ items: { unread: number }[] }>('GET', '/inbox', undefined, { user: 'bob' });
    return items[0]?.unread;
  };
  await bob.page.bringToFront();
  await expect.poll(unread).toBe(0);
  await openMenu(bob, 'Two');
  await choose(bob.page, 'Mark as unread from here');
  await expect.poll(unread).toBe(1);
  await bob.message('Two').locator('.unread').waitFor();
  await post(server, 'Three', 'alice');
  await bob.message('Three').waitFor();
  expect(await unread()).toBe(2);
  await bob.say('I am here');
  await expect.poll(unread).toBe(0);
});

it('says that a link is copied', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  await post(server, 'One', 'alice');
  const permissions = ['clipboard-read', 'clipboard-write'];
  const bob = await openChat(browser, server, 'bob', { context: { permissions } });
  await openMenu(bob, 'One');
  await choose(bob.page, 'Copy link');
  await bob.chat.getByRole('status').getByText('The link is copied').waitFor();
  expect(await bob.page.evaluate(() => navigator.clipboard.readText())).toContain('#message-');
});

it('keeps nobody out of what opens', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  await post(server, 'One', 'alice');
  const bob = await openChat(browser, server, 'bob', { context: { reducedMotion: 'reduce' } });
  const { page, chat } = bob;
  await chat.getByRole('button', { name: 'Emoji', exact: true }).click();
  await page.getByRole('searchbox').waitFor();
  expect(await violations(page), 'the emoji').toEqual([]);
  await page.keyboard.press('Escape');
  await openMenu(bob, 'One');
  expect(await violations(page), 'a menu').toEqual([]);
  await page.keyboard.press('Escape');
  await bob.say('Mine');
  await chat.locator('.row[data-delivery=sent]', { hasText: 'Mine' }).waitFor();
  await openMenu(bob, 'Mine');
  await choose(page, 'Delete');
  await page.getByRole('dialog').getByText('Delete').first().waitFor();
  expect(await violations(page), 'a question').toEqual([]);
});
