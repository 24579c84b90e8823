import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser, openProfile } from '../kit/browser.ts';
import chatConfig from '../kit/chat.config.ts';
import { bundlePage, openTab, serveBundled } from '../kit/page-bundle.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';

/** The components of the README's chat, on a page of their own. */
async function bundleChat(): Promise<ReadonlyMap<string, string>> {
  const readme = await readFile(join(import.meta.dirname, '../../packages/react/README.md'), 'utf8');
  const [, chat = ''] = /^## A chat$.*?^```tsx\n(.*?)^```$/ms.exec(readme) ?? [];
  const code = `
import { createClient } from '@concord/client';
import { ConcordProvider, createHooks } from '@concord/react';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
let renders = 0;
${chat.replace('function Unread() {', 'function Unread() {\n  renders += 1;')}
window.renders = () => renders;
window.start = (token) =>
  createRoot(document.getElementById('root')).render(
    <StrictMode>
      <ConcordProvider client={createClient({ url: location.origin, token, storage: 'memory' })}>
        <Unread />
        <Suspense fallback="Opening…"><Room id="press" /></Suspense>
      </ConcordProvider>
    </StrictMode>,
  );`;
  return await bundlePage('react-chat.tsx', code);
}

async function open(browser: Browser, server: TestServer, files: ReadonlyMap<string, string>, user: string): Promise<Page> {
  const { page } = await openProfile(browser);
  await serveBundled(page.context(), files);
  const tab = await openTab(page.context(), server.url);
  await tab.evaluate((token) => (window as unknown as { start(token: string): void }).start(token), await tokenFor({ user }));
  await tab.getByLabel('Message').waitFor();
  return tab;
}

it('shows a log, who types in it, and what is new, by the README’s lines', async () => {
  const [server, browser, files] = await Promise.all([startServer({ config: chatConfig }), launchBrowser(), bundleChat()]);
  await server.json('POST', '/records/rooms', { id: 'press', title: 'Press hall' });
  await server.json('PUT', '/records/rooms/press/members/bob', { role: 'member' });
  const [alice, bob] = await Promise.all([open(browser, server, files, 'alice'), open(browser, server, files, 'bob')]);
  await alice.getByLabel('Message').pressSequentially('Are you there, <@bob>');
  await bob.getByText('alice is typing…').waitFor();
  await alice.keyboard.press('Enter');
  await bob.locator('li[data-delivery=sent]', { hasText: 'alice: Are you there, <@bob>' }).waitFor();
  await bob.getByText('1 new, 1 for you').waitFor();
  expect(await alice.locator('li').count()).toBe(1);

  const renders = () => bob.evaluate(() => (window as unknown as { renders(): number }).renders());
  const before = await renders();
  await alice.getByLabel('Message').pressSequentially('Yes');
  await bob.getByText('alice is typing…').waitFor();
  expect(await renders(), 'nothing is new because somebody types').toBe(before);
});
