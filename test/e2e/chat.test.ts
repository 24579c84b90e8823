import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { openChat, post, serveRoom } from '../kit/chat-page.ts';

it('shows one what the other writes, and that they are about to', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const [alice, bob] = await Promise.all([openChat(browser, server, 'alice'), openChat(browser, server, 'bob')]);
  await alice.input.pressSequentially('The plates');
  await bob.chat.getByText('alice is typing…').waitFor();
  await alice.input.press('End');
  await alice.say('The **plates** are `done`: https://example.com/plates.');
  const message = bob.message('The plates are done');
  await message.locator('strong', { hasText: 'plates' }).waitFor();
  expect(await message.locator('a').getAttribute('href')).toBe('https://example.com/plates');
  expect(await message.locator('a').getAttribute('rel')).toContain('noopener');
  expect(await message.getAttribute('aria-label')).toMatch(/^alice, /);
  await bob.say('<img src=x onerror="document.title = 1"> thanks');
  await alice.message('onerror=').waitFor();
  expect(await alice.page.title()).toBe('A page');
  expect(await alice.chat.locator('.row').count()).toBe(2);
});

it('answers in a thread, whose summary is in the list', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const root = await post(server, 'Which paper?');
  const [alice, bob] = await Promise.all([openChat(browser, server, 'alice'), openChat(browser, server, 'bob')]);
  await alice.message('Which paper?').hover();
  await alice.chat.getByRole('button', { name: 'Reply in thread' }).click();
  const thread = alice.chat.getByRole('region', { name: 'Thread' });
  await thread.getByRole('textbox', { name: 'Reply' }).fill('The thick one');
  await alice.page.keyboard.press('Enter');
  await thread.getByRole('article').filter({ hasText: 'The thick one' }).waitFor();
  const summary = bob.message('Which paper?').getByRole('button', { name: '1 reply' });
  await summary.waitFor();
  expect(await bob.message('The thick one').count(), 'a reply is in its thread alone').toBe(0);
  await summary.click();
  await bob.chat.getByRole('region', { name: 'Thread' }).getByText('The thick one').waitFor();
  await bob.page.keyboard.press('Escape');
  await bob.chat.getByRole('region', { name: 'Thread' }).waitFor({ state: 'detached' });
  expect(await server.json('GET', `/records/rooms/press/messages/${root.id}`)).toMatchObject({ thread: { count: 1 } });
});

it('reacts, edits by the Up key, and deletes', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  await post(server, 'Proof is out');
  const [alice, bob] = await Promise.all([openChat(browser, server, 'alice'), openChat(browser, server, 'bob')]);
  const { keyboard } = alice.page;

  await alice.message('Proof is out').hover();
  await alice.chat.getByRole('button', { name: 'React' }).first().click();
  await alice.page.getByRole('searchbox', { name: 'Search emoji' }).fill('party');
  await keyboard.press('Enter');
  const chip = bob.message('Proof is out').getByRole('button', { name: 'alice reacted with 🎉' });
  await chip.click();
  await alice.message('Proof is out').locator('.reaction[aria-pressed=true] .count', { hasText: '2' }).waitFor();
  await chip.or(bob.message('Proof is out').locator('.reaction[aria-pressed=true]')).first().click();
  await alice.message('Proof is out').locator('.count', { hasText: '1' }).waitFor();

  await alice.say('A msitake');
  await bob.message('A msitake').waitFor();
  await expect.poll(() => alice.message('A msitake').getAttribute('data-delivery')).toBe('sent');
  await alice.input.press('ArrowUp');
  await alice.chat.getByText('Editing a message').waitFor();
  await alice.input.fill('No mistake');
  await keyboard.press('Enter');
  await bob.message('No mistake').getByText('(edited)').waitFor();
  expect(await alice.input.inputValue()).toBe('');
  await alice.input.press('ArrowUp');
  await keyboard.press('Escape');
  await alice.chat.getByText('Editing a message').waitFor({ state: 'detached' });

  await alice.message('No mistake').hover();
  await alice.chat.getByRole('button', { name: 'More' }).click();
  await alice.page.getByRole('menuitem', { name: 'Delete' }).click();
  await alice.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await bob.message('This message was deleted').waitFor();
  expect(await bob.message('No mistake').count()).toBe(0);
});

it('names people as one types, and marks what names the one who looks', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const [alice, bob] = await Promise.all([openChat(browser, server, 'alice'), openChat(browser, server, 'bob')]);
  await alice.input.pressSequentially('Ask @bo');
  await alice.page.getByRole('option', { name: 'bob' }).waitFor();
  await alice.page.keyboard.press('Enter');
  await alice.input.pressSequentially('please');
  expect(await alice.input.inputValue()).toBe('Ask @bob please');
  await alice.page.keyboard.press('Enter');
  await bob.message('Ask @bob please').and(bob.chat.locator('[data-mentions-me]')).waitFor();
  const { items } = await server.json<{ items: { text: string; mentions: unknown }[] }>('GET', '/records/rooms/press/messages');
  expect(items.at(-1)).toMatchObject({ text: 'Ask <@bob> please', mentions: [{ user: 'bob' }] });
});

it('keeps what cannot be sent, to be tried again or given up', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const alice = await openChat(browser, server, 'alice');
  await alice.say('First');
  await expect.poll(() => alice.message('First').getAttribute('data-delivery')).toBe('sent');
  await server.json('PUT', '/records/rooms/press/members/bob', { role: 'owner' });
  await alice.offline(true);
  await alice.say('Written on a train');
  expect(await alice.message('Written on a train').getAttribute('data-delivery')).toBe('sending');
  await alice.chat.getByText('What you send goes out when you are back').waitFor();
  await alice.offline(false);
  await expect.poll(() => alice.message('Written on a train').getAttribute('data-delivery')).toBe('sent');

  await alice.page.route('**/records/rooms/press/messages', (route) =>
    route.fulfill({ status: 403, json: { error: { code: 'forbidden', message: 'Not now.' } } }),
  );
  await alice.say('Refused');
  await alice.message('Refused').getByText('Not sent. Not now.').waitFor();
  await alice.page.unroute('**/records/rooms/press/messages');
  await alice.message('Refused').getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => alice.message('Refused').getAttribute('data-delivery')).toBe('sent');
});

it('says how long one has to wait, how much is left to write, and where one may not', async () => {
  const [server, browser] = await Promise.all([serveRoom({ slow: 600 }), launchBrowser()]);
  const bob = await openChat(browser, server, 'bob');
  await bob.say('Once');
  await bob.chat.getByText(/you can write again in \d+ s/).waitFor();
  await bob.input.fill('Twice');
  expect(await bob.chat.getByRole('button', { name: 'Send' }).getAttribute('aria-disabled')).toBe('true');
  await bob.input.fill('x'.repeat(1900));
  await bob.chat.getByText('100 characters left').waitFor();
  await bob.input.fill('x'.repeat(2001));
  await bob.chat.getByText('1 character too many').waitFor();
  const notices = await openChat(browser, server, 'bob', { attributes: 'log="notices"' });
  await notices.chat.getByText('You may read this, but not write here.').waitFor();
  expect(await notices.input.count()).toBe(0);
});

it('attaches pictures, with room for them before they have come, and other files', async () => {
  const [server, browser] = await Promise.all([serveRoom(), launchBrowser()]);
  const [alice, bob] = await Promise.all([openChat(browser, server, 'alice'), openChat(browser, server, 'bob')]);
  // One red pixel.
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
  const chooser = alice.page.waitForEvent('filechooser');
  await alice.chat.getByRole('button', { name: 'Attach a file' }).click();
  await (
    await chooser
  ).setFiles([
    { name: 'red.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') },
    { name: 'order.txt', mimeType: 'text/plain', buffer: Buffer.from('Ten posters') },
    { name: 'tool.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') },
  ]);
  await alice.chat.getByText('Files such as tool.exe cannot be attached here.').waitFor();
  await alice.chat.locator('.upload[data-done]').nth(1).waitFor();
  await alice.input.press('Enter');
  await bob.chat.getByRole('button', { name: 'Open red.png' }).locator('img').waitFor();
  await bob.chat.getByRole('button', { name: 'Open red.png' }).click();
  await bob.page.getByRole('dialog').getByRole('img', { name: 'red.png' }).waitFor();
  await bob.page.keyboard.press('Escape');
  const download = bob.page.waitForEvent('download');
  await bob.chat.getByRole('button', { name: 'Download order.txt' }).click();
  expect((await download).suggestedFilename()).toBe('order.txt');
});
