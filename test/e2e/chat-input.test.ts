import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { openChat, serveRoom } from '../kit/chat-page.ts';

/** Pastes into, or drops on, an element: a text, a file, or both. */
async function give(target: Locator, how: 'paste' | 'drop', { text, file }: { text?: string; file?: string }): Promise<boolean> {
  return await target.evaluate(
    (element, given) => {
      const data = new DataTransfer();
      if (given.text !== undefined) data.setData('text/plain', given.text);
      if (given.file !== undefined) data.items.add(new File(['Ten posters'], given.file, { type: 'text/plain' }));
      const options = { bubbles: true, composed: true, cancelable: true };
      const events =
        given.how === 'paste'
          ? [new ClipboardEvent('paste', { ...options, clipboardData: data })]
          : [
              new DragEvent('dragover', { ...options, dataTransfer: data }),
              new DragEvent('drop', { ...options, dataTransfer: data }),
            ];
      // Whether the page has taken it from the browser.
      return events.map((event) => !element.dispatchEvent(event)).at(-1) === true;
    },
    { how, ...(text === undefined ? {} : { text }), ...(file === undefined ? {} : { file }) },
  );
}

/** Has the chat leave the page, and another one come, by the same client. */
async function reopen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const element = document.querySelector('concord-chat') as Element;
    const parent = element.parentNode as Node;
    element.remove();
    parent.appendChild(element);
  });
}

it('takes files that are pasted or dropped, and leaves texts to the input', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const { chat, input } = await openChat(browser, server, 'alice');
  expect(await give(input, 'paste', { file: 'pasted.txt' })).toBe(true);
  expect(await give(chat.locator('.main-list'), 'drop', { file: 'dropped.txt' })).toBe(true);
  await chat.locator('.upload[data-done]', { hasText: 'pasted.txt' }).waitFor();
  await chat.locator('.upload[data-done]', { hasText: 'dropped.txt' }).waitFor();
  expect(await chat.locator('.drop').count()).toBe(0);
  expect(await give(input, 'drop', { text: 'A word' })).toBe(false);
  expect(await give(input, 'paste', { text: 'A cell', file: 'cell.png' }), 'a text with a picture of itself').toBe(false);
  expect(await chat.locator('.upload').count()).toBe(2);
  await input.press('Enter');
  await chat.getByRole('button', { name: 'Download dropped.txt' }).waitFor();
});

it('takes no files where nothing can be written', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const { chat } = await openChat(browser, server, 'bob', { attributes: 'readonly' });
  const list = chat.locator('.main-list');
  expect(await give(list, 'drop', { file: 'dropped.txt' })).toBe(false);
  expect(await chat.locator('.upload').count()).toBe(0);
});

it('has what was begun there again when the chat is', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const { page, chat, input } = await openChat(browser, server, 'alice');
  await input.fill('Half a sen');
  await reopen(page);
  await expect.poll(() => input.inputValue()).toBe('Half a sen');
  await input.press('End');
  await input.pressSequentially('tence');
  await input.press('Enter');
  await chat.locator('.row[data-delivery=sent]', { hasText: 'Half a sentence' }).waitFor();
  await reopen(page);
  await chat.locator('.row', { hasText: 'Half a sentence' }).waitFor();
  expect(await input.inputValue()).toBe('');
});

it('gives nobody what somebody else has begun', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const [alice, bob] = await Promise.all([openChat(browser, server, 'alice'), openChat(browser, server, 'bob')]);
  await alice.input.fill('Not for everybody');
  const token = await bob.chat.evaluate((element) => (element as HTMLElement & { token: string }).token);
  await alice.chat.evaluate((element, other) => Object.assign(element, { token: other }), token);
  await alice.chat.locator('.main-list .row, .main-list .empty').first().waitFor();
  await alice.input.fill('Something');
  await alice.input.press('Enter');
  await alice.chat.locator('.row[data-delivery=sent]', { hasText: 'Something' }).waitFor();
  expect(await alice.message('Not for everybody').count()).toBe(0);
});

it('is closed, with what was begun in it, for whom the room says so, and as long as it does', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const { chat, input } = await openChat(browser, server, 'lea', { as: { user: 'lea', roles: ['member', 'lead'] } });
  const member = '/records/rooms/press/members/lea';
  await chat.getByText('You may read this, but not write here.').waitFor();
  await server.json('PUT', member, { role: 'member' });
  await input.fill('Half a sen');
  await server.json('DELETE', member);
  await chat.getByText('You may read this, but not write here.').waitFor();
  await input.waitFor({ state: 'detached' });
  await server.json('PUT', member, { role: 'member' });
  await expect.poll(() => input.inputValue()).toBe('Half a sen');
});

it('takes an edit back into the input that was refused', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const { page, chat, input, message, say } = await openChat(browser, server, 'alice');
  await say('A msitake');
  await chat.locator('.row[data-delivery=sent]', { hasText: 'A msitake' }).waitFor();
  await page.route('**/records/rooms/press/messages/*', (route) =>
    route.request().method() === 'PATCH'
      ? route.fulfill({ status: 403, json: { error: { code: 'forbidden', message: 'Not now.' } } })
      : route.continue(),
  );
  await input.press('ArrowUp');
  await input.fill('No mistake at all');
  await input.press('Enter');
  await chat.getByRole('alert').getByText('Not now.').waitFor();
  await chat.getByText('Editing a message').waitFor();
  expect(await input.inputValue()).toBe('No mistake at all');
  await page.unroute('**/records/rooms/press/messages/*');
  await input.press('Enter');
  await message('No mistake at all').waitFor();
});
