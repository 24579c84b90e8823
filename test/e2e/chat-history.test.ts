import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { fillLog, openChat, post, postMany, serveLongRoom, serveRoom, type ChatPage } from '../kit/chat-page.ts';
import type { TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const isInSight = (message: ReturnType<ChatPage['message']>): Promise<boolean> =>
  message.first().evaluate((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    const list = row.closest('.scroll')?.getBoundingClientRect() ?? new DOMRect();
    return top < list.bottom && bottom > list.top;
  });

const read = (server: TestServer, seq: number, user: string) =>
  server.json('PUT', '/records/rooms/press/messages/read', { seq }, { user });

it('draws a line above what is new, which stays, and says what has been read', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  await postMany(server, 5);
  await read(server, 3, 'alice');
  const alice = await openChat(browser, server, 'alice');
  await alice.message('Sheet 4').getByText('New', { exact: true }).waitFor();
  await expect
    .poll(() => server.json('GET', '/inbox'))
    .toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ log: 'messages', readSeq: 5, unread: 0 })]) as object,
    });
  await post(server, 'Sheet 6');
  await alice.message('Sheet 6').waitFor();
  expect(await alice.message('Sheet 4').locator('.unread').count()).toBe(1);
  expect(await alice.chat.locator('.unread').count()).toBe(1);
  await alice.chat.locator('[role=status]').filter({ hasText: 'bob: Sheet 6' }).waitFor({ state: 'attached' });
});

it('stays at the end where it is there, and else says how much is new', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  await postMany(server, 60);
  const alice = await openChat(browser, server, 'alice');
  await post(server, 'At the end');
  await until('it to be in sight', () => isInSight(alice.message('At the end')));
  const list = alice.chat.locator('.main-list .scroll');
  await list.hover();
  await alice.page.mouse.wheel(0, -600);
  await alice.chat.getByRole('button', { name: 'To the newest' }).waitFor();
  const top = await list.evaluate(({ scrollTop }) => scrollTop);
  await post(server, 'Far below');
  await post(server, 'Further below');
  await alice.chat.getByRole('button', { name: '2 new messages' }).waitFor();
  expect(await list.evaluate(({ scrollTop }) => scrollTop)).toBe(top);
  await alice.chat.getByRole('button', { name: '2 new messages' }).click();
  await until('the newest to be in sight', () => isInSight(alice.message('Further below')));
});

it('has of ten thousand messages those in sight in the document, and keeps its place as older ones come', async () => {
  const [server, browser] = await Promise.all([serveLongRoom(10_000), launchBrowser()]);
  const alice = await openChat(browser, server, 'alice');
  await until('the newest to be in sight', () => isInSight(alice.chat.locator('.row[data-seq="10000"]')));
  const list = alice.chat.locator('.main-list .scroll');
  const rows = alice.chat.locator('.main-list .row');
  await list.hover();
  let most = 0;
  let last = 10_000;
  await until('a thousand of them to have passed', async () => {
    await alice.page.mouse.wheel(0, -700);
    most = Math.max(most, await rows.count());
    // What is in sight goes back bit by bit, and never jumps.
    const first = await list.evaluate((scroll) => {
      const { top } = scroll.getBoundingClientRect();
      const row = Array.from(scroll.querySelectorAll<HTMLElement>('.row')).find((at) => at.getBoundingClientRect().bottom > top);
      return Number(row?.dataset['seq']);
    });
    expect(Math.abs(last - first)).toBeLessThan(120);
    last = first;
    return first < 9_000;
  });
  expect(most).toBeLessThan(120);
});

it('leads to a message by its number, by a search, and by a pin', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const needle = await post(server, 'The needle');
  await post(server, 'In a thread', 'bob', { replyTo: needle.id });
  await fillLog(server, 700);
  await server.json(
    'PATCH',
    `/records/rooms/press/messages/${needle.id}`,
    { pinned: true },
    { user: 'bob', roles: ['member', 'lead'] },
  );

  const alice = await openChat(browser, server, 'alice', { attributes: 'entry="300"' });
  await alice.chat.locator('.row[data-seq="300"][data-target]').waitFor();
  await until('it to be in sight', () => isInSight(alice.chat.locator('.row[data-seq="300"]')));

  await alice.chat.getByRole('button', { name: 'Search', exact: true }).click();
  await alice.page.getByRole('searchbox', { name: 'Search messages' }).fill('needle');
  await alice.chat.locator('.excerpt', { hasText: 'The needle' }).click();
  await until('what was found to be in sight', () => isInSight(alice.message('The needle')));
  expect(await alice.message('The needle').getAttribute('data-target')).not.toBeNull();

  await alice.chat.getByRole('button', { name: 'To the newest' }).click();
  await until('the newest to be in sight', () => isInSight(alice.chat.locator('.row[data-seq="702"]')));
  await alice.chat.getByRole('button', { name: 'Pinned messages' }).click();
  await alice.chat.locator('.excerpt', { hasText: 'The needle' }).click();
  await until('the pinned one to be in sight', () => isInSight(alice.message('The needle')));

  await alice.chat.evaluate((chat) => chat.removeAttribute('entry'));
  await alice.page.evaluate(() => (location.hash = '#message-2'));
  await alice.chat.getByRole('region', { name: 'Thread' }).locator('[data-target]', { hasText: 'In a thread' }).waitFor();
});

it('is walked through by the keyboard', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  await postMany(server, 40);
  const alice = await openChat(browser, server, 'alice');
  const { keyboard } = alice.page;
  const focused = () =>
    alice.chat.evaluate(({ shadowRoot }) => (shadowRoot?.activeElement as HTMLElement | null)?.dataset['seq']);
  await alice.chat.locator('.row[data-seq="40"]').focus();
  await keyboard.press('ArrowUp');
  await expect.poll(focused).toBe('39');
  await keyboard.press('Home');
  await expect.poll(focused).toBe('1');
  await until('it to be in sight', () => isInSight(alice.chat.locator('.row[data-seq="1"]')));
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowRight');
  await keyboard.press('Enter');
  await alice.chat.getByRole('region', { name: 'Thread' }).getByText('Sheet 2').waitFor();
  await keyboard.type('By hand');
  await keyboard.press('Enter');
  await alice.chat.locator('.row[data-seq="2"] .thread').waitFor();
  await keyboard.press('Escape');
  await alice.chat.locator('.row[data-seq="2"]').focus();
  await keyboard.press('Escape');
  expect(await alice.input.evaluate((input) => input.matches(':focus'))).toBe(true);
});
