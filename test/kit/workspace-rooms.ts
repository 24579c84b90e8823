import type { Browser, BrowserContextOptions, Locator } from 'playwright-core';
import { visitAs, type Visitor } from './browser.ts';

/** Somebody in the workspace, who talks. */
export interface Talker extends Visitor {
  /** The link to a room in the sidebar, by what it is called. */
  link(title: string): Locator;
  /** What is said to be new in it. */
  badge(title: string): Locator;
  /** Goes there, and waits until what was said is there. */
  enter(title: string): Promise<void>;
  /** Where one writes: in the room, or in what is open beside a record. */
  readonly input: Locator;
  say(text: string): Promise<void>;
  message(text: string): Locator;
}

export async function talkAs(
  browser: Browser,
  url: string,
  person: string,
  options: BrowserContextOptions = {},
): Promise<Talker> {
  const visitor = await visitAs(browser, url, person, options);
  const { page } = visitor;
  const chat = page.locator('concord-chat');
  const input = chat.locator('.main-composer textarea');
  const link = (title: string): Locator => page.locator('.sidebar [data-room]:visible').filter({ hasText: title });
  return {
    ...visitor,
    link,
    input,
    badge: (title) => link(title).getByTestId('unread'),
    async enter(title) {
      await link(title).click();
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      await chat.locator('.main-list .row, .main-list .empty').first().waitFor();
    },
    async say(text) {
      await input.fill(text);
      await input.press('Enter');
    },
    message: (text) => chat.locator('.main-list .row').filter({ hasText: text }),
  };
}
