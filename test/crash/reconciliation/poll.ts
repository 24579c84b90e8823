import { setTimeout as after } from 'node:timers/promises';
import type { ChangesPage } from '@concord/protocol';
import type { Client } from './client.ts';
import type { Items } from './copy.ts';
import { ask, BrokenPromise } from './request.ts';

/** It does not wait as long as it is advised to: a test has less time. */
const maxPauseMs = 250;
const longPollMs = 2000;

/** Asks again and again, until it hangs up. */
export async function poll(client: Client): Promise<void> {
  while (!client.hangUp.signal.aborted) {
    const page = await askForPage(client, `feed=poll&limit=${1 + client.random.below(50)}&${client.query}`);
    await takePage(client, page);
    if (page.pending === 0 || page.results.length === 0) await after(client.random.below(maxPauseMs));
  }
}

/** Waits for what comes, page by page. Whoever has no cursor yet begins with a poll, as only that brings the records there are. */
export async function longPoll(client: Client): Promise<void> {
  if (client.cursor === undefined) await beginByPoll(client);
  while (!client.hangUp.signal.aborted) {
    const limit = 1 + client.random.below(50);
    const page = await askForPage(client, `feed=longpoll&timeout=${longPollMs}&limit=${limit}&${client.query}`);
    // A long poll brings no records: who wants them asks by a poll.
    if (page.resumed) await takePage(client, page);
    else await client.reset(page.cursor);
  }
}

/** One poll: the snapshot for who wants one, else the first events. */
export async function beginByPoll(client: Client): Promise<void> {
  await takePage(client, await askForPage(client, `feed=poll&${client.query}`));
}

async function askForPage(client: Client, query: string): Promise<ChangesPage> {
  const since = client.cursor === undefined ? '' : `since=${client.cursor}&`;
  const page = await ask<ChangesPage>(client.asked, 'GET', `/changes?${since}${query}`);
  if (page === undefined) throw new BrokenPromise('The feed is not there');
  return page;
}

async function takePage(client: Client, first: ChangesPage): Promise<void> {
  if (first.snapshot !== undefined) {
    const { items, page } = await restOfSnapshot(client, first);
    if (first.resumed) client.begin(page.cursor, items);
    else await client.reset(page.cursor, items);
    return;
  }
  if (!first.resumed) return client.reset(first.cursor);
  for (const event of first.results) {
    await client.hear(event);
    // What came with it is not looked at any more: it comes again.
    if (client.hangUp.signal.aborted) return;
  }
  client.cursor = first.cursor;
}

/** Until it is whole, nothing of it counts. */
async function restOfSnapshot(
  client: Client,
  first: ChangesPage,
): Promise<{ readonly items: Items; readonly page: ChangesPage }> {
  const items: Items[number][] = [];
  let page = first;
  for (;;) {
    items.push(...(page.snapshot ?? []));
    if (page.nextPage === undefined) return { items, page };
    const limit = 1 + client.random.below(50);
    const next = await ask<ChangesPage>(
      client.asked,
      'GET',
      `/changes?feed=poll&limit=${limit}&${client.query}&page=${page.nextPage}`,
    );
    if (next?.resumed !== true) throw new BrokenPromise('The snapshot could not be read on');
    page = next;
  }
}
