import type { Browser, Locator, Page } from 'playwright-core';
import chatConfig from './chat.config.ts';
import { openElements, serveElements, type ElementsPageOptions } from './elements-page.ts';
import type { TestServer, TestServerOptions } from './server.ts';

/** A server with the elements and the room `press`, of which alice and bob are members. */
export async function serveRoom(values: object = {}, options: TestServerOptions = {}): Promise<TestServer> {
  const server = await serveElements({ config: chatConfig, ...options });
  await server.json('POST', '/records/rooms', { id: 'press', title: 'Press hall', ...values });
  await server.json('PUT', '/records/rooms/press/members/bob', { role: 'member' });
  return server;
}

/** The same room with a history of so many, by bob: one a minute. */
export async function serveLongRoom(count: number): Promise<TestServer> {
  const messages = Array.from({ length: count }, (_, at) => ({ author: 'bob', minutesAgo: count - at, text: `Sheet ${at + 1}` }));
  const demo = {
    account: 'acme',
    people: [{ id: 'alice', name: 'Alice', roles: ['member'] }],
    records: { rooms: [{ id: 'press', title: 'Press hall' }] },
    logs: { rooms: { press: { messages } } },
  };
  const server = await serveElements({ config: { ...chatConfig, demo }, demo: true });
  await server.json('PUT', '/records/rooms/press/members/alice', { role: 'member' }, { user: 'lea', roles: ['member', 'lead'] });
  return server;
}

export interface Posted {
  readonly id: string;
  readonly seq: number;
}

/** Posts into the room by a request. */
export function post(server: TestServer, text: string, user = 'bob', more: object = {}): Promise<Posted> {
  return server.json<Posted>('POST', '/records/rooms/press/messages', { text, ...more }, { user });
}

/** So many, one after the other: `Sheet 1`, `Sheet 2`, … */
export async function postMany(server: TestServer, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) await post(server, `Sheet ${number}`);
}

/** So many in any order, many at once. */
export async function fillLog(server: TestServer, count: number): Promise<void> {
  const postSome = async (): Promise<void> => {
    for (; count > 0;) await post(server, `Another sheet, ${(count -= 1)} to go`);
  };
  await Promise.all(Array.from({ length: 200 }, postSome));
}

export interface ChatPage {
  readonly page: Page;
  readonly chat: Locator;
  readonly input: Locator;
  /** The messages of the list in which this is said. */
  message(text: string): Locator;
  say(text: string): Promise<void>;
  offline(offline: boolean): Promise<void>;
}

/** Somebody's page with the room's chat. */
export async function openChat(
  browser: Browser,
  server: TestServer,
  user: string,
  { attributes = '', ...options }: ElementsPageOptions & { readonly attributes?: string } = {},
): Promise<ChatPage> {
  const body = `<concord-chat token="$TOKEN" record="press" ${attributes} style="height: 36rem"></concord-chat>`;
  const { page, offline } = await openElements(browser, server, body, { as: { user }, ...options });
  const chat = page.locator('concord-chat');
  const input = chat.locator('.main-composer textarea');
  await chat.locator('.main-list .row, .main-list .empty').first().waitFor();
  return {
    page,
    chat,
    input,
    offline,
    message: (text) => chat.locator('.main-list .row').filter({ hasText: text }),
    async say(text) {
      await input.fill(text);
      await input.press('Enter');
    },
  };
}
