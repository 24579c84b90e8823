import { expect, it } from 'vitest';
import { violations } from '../kit/accessibility.ts';
import { launchBrowser } from '../kit/browser.ts';
import { openChat, post, serveRoom } from '../kit/chat-page.ts';
import type { TestServer } from '../kit/server.ts';

/** A bit of everything. */
async function serveTalk(): Promise<TestServer> {
  const server = await serveRoom();
  const root = await post(server, 'The **press** smears, <@alice>: see https://example.com and `log`.\n```\nerror 12\n```');
  await post(server, 'Have you cleaned it?', 'alice', { replyTo: root.id });
  await server.json('PUT', `/records/rooms/press/messages/${root.id}/reactions/${encodeURIComponent('👍')}`);
  const gone = await post(server, 'Nothing', 'alice');
  await server.json('DELETE', `/records/rooms/press/messages/${gone.id}`);
  await post(server, 'It is **clean** again');
  return server;
}

it('keeps nobody out', async () => {
  const [server, browser] = await Promise.all([serveTalk(), launchBrowser()]);
  const alice = await openChat(browser, server, 'alice');
  await alice.message('clean again').hover();
  expect(await violations(alice.page), 'the list').toEqual([]);
  await alice.chat.getByRole('button', { name: '1 reply' }).click();
  await alice.chat.getByRole('region', { name: 'Thread' }).getByText('Have you cleaned it?').waitFor();
  expect(await violations(alice.page), 'a thread').toEqual([]);
  await alice.chat.getByRole('button', { name: 'Search', exact: true }).click();
  await alice.page.getByRole('searchbox', { name: 'Search messages' }).fill('clean');
  await alice.chat.locator('.excerpt').first().waitFor();
  expect(await violations(alice.page), 'a search').toEqual([]);
  await alice.input.pressSequentially('@bo');
  await alice.page.getByRole('option').first().waitFor();
  expect(await violations(alice.page), 'somebody being named').toEqual([]);
});

it('runs from right to left where the page does, in the page’s words', async () => {
  const [server, browser] = await Promise.all([serveTalk(), launchBrowser()]);
  const alice = await openChat(browser, server, 'alice', { dir: 'rtl' });
  const box = async (selector: string) =>
    (await alice.chat.locator(selector).first().boundingBox()) ?? { x: Number.NaN, width: 0 };
  const [face, body] = [await box('.message .face'), await box('.message .body')];
  expect(face.x, 'faces stand at the right').toBeGreaterThan(body.x + body.width - 1);
  expect(await alice.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await alice.page.evaluate(`import('/elements/elements.js').then(({ setStrings }) =>
    setStrings({ chatDeletedMessage: 'Gelöscht' }))`);
  await alice.message('Gelöscht').waitFor();
});

it('fits a phone, where a thread lies over the list', async () => {
  const [server, browser] = await Promise.all([serveTalk(), launchBrowser()]);
  const context = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  const alice = await openChat(browser, server, 'alice', { context });
  expect(await alice.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await alice.chat.getByRole('button', { name: '1 reply' }).tap();
  const thread = await alice.chat.getByRole('region', { name: 'Thread' }).boundingBox();
  const whole = await alice.chat.boundingBox();
  expect(thread?.width).toBe(whole?.width);
  await alice.chat.getByRole('button', { name: 'Close' }).tap();
  await alice.message('clean again').tap();
  await alice.chat.getByRole('button', { name: 'React' }).last().tap();
  await alice.page.getByRole('button', { name: 'thumbs up yes ok like' }).tap();
  await alice.message('clean again').locator('.reaction[aria-pressed=true]').waitFor();
});
