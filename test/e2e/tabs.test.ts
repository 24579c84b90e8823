import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createTabs, type Tabs } from '@concord/client/internals';
import { launchBrowser } from '../kit/browser.ts';
import { crashTab, serveClient } from '../kit/client-bundle.ts';
import { openTab } from '../kit/page-bundle.ts';
import { until } from '../kit/until.ts';

declare global {
  interface Window {
    tabs: Tabs;
    heard: unknown[];
    running: boolean;
  }
}

async function openTabs(...scopes: readonly string[]): Promise<Page[]> {
  const context = await (await launchBrowser()).newContext();
  await serveClient(context);
  const pages = await Promise.all(scopes.map(() => openTab(context, 'http://localhost:1')));
  for (const [index, page] of pages.entries()) {
    await page.evaluate((scope) => {
      window.tabs = window.concord.createTabs(scope);
      window.heard = [];
      window.tabs.onShared((document, update) => window.heard.push([document, ...update]));
      window.tabs.onNotified((name) => window.heard.push(name));
      window.tabs.onReleased((document) => window.heard.push(`released ${document}`));
    }, scopes[index] as string);
  }
  return pages;
}

const heard = (page: Page): Promise<unknown[]> => page.evaluate(() => window.heard);
const held = (page: Page): Promise<string[]> => page.evaluate(async () => [...(await window.tabs.held())].toSorted());

/** Has the page ask to be the one; it stays so. */
async function stand(page: Page): Promise<void> {
  await page.evaluate(() => {
    void window.tabs.alone(
      'outbox',
      async (signal) => {
        window.running = true;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        window.running = false;
      },
      new AbortController().signal,
    );
  });
}
const isRunning = (page: Page): Promise<boolean> => page.evaluate(() => window.running === true);

describe('the tabs of one person', () => {
  it('hear of each other, and nobody else of them', async () => {
    const [one, two, stranger] = (await openTabs('ada', 'ada', 'ben')) as [Page, Page, Page];
    await one.evaluate(() => {
      window.tabs.share('a/b/c', new Uint8Array([1, 2]));
      window.tabs.notify('outbox');
      window.tabs.hold('a/b/c');
    });
    const said = async (page: Page): Promise<unknown[]> =>
      (await heard(page)).filter((what) => !`${what as string}`.startsWith('released'));
    await expect.poll(() => said(two)).toEqual([['a/b/c', 1, 2], 'outbox']);
    expect(await said(one)).toEqual(['outbox']);
    expect(await said(stranger)).toEqual([]);
    expect(await held(two)).toEqual(['a/b/c']);
    expect(await held(stranger)).toEqual([]);
  });

  it('do what one is to do in one of them; another takes over when it closes or is killed', async () => {
    const [one, two, three] = (await openTabs('ada', 'ada', 'ada')) as [Page, Page, Page];
    await stand(one);
    await until('the first to run', () => isRunning(one));
    await stand(two);
    await stand(three);
    expect(await Promise.all([two, three].map(isRunning))).toEqual([false, false]);
    await crashTab(one);
    await until('the second to run', () => isRunning(two));
    expect(await isRunning(three)).toBe(false);
    await two.evaluate(() => window.tabs.close());
    await until('the third to run', () => isRunning(three));
    expect(await isRunning(two)).toBe(false);
  });

  it('know which documents are open, and when a tab lets go of one, closes or is killed', async () => {
    const [one, two, three] = (await openTabs('ada', 'ada', 'ada')) as [Page, Page, Page];
    await one.evaluate(() => window.tabs.hold('a/b/1'));
    await two.evaluate(() => [window.tabs.hold('a/b/1'), window.tabs.hold('a/b/2')]);
    await expect.poll(() => held(three)).toEqual(['a/b/1', 'a/b/2']);

    const forgetWhatWasHeard = (): Promise<void> => three.evaluate(() => void (window.heard = []));
    const toHear = (what: string): Promise<unknown> => expect.poll(() => heard(three)).toContain(what);
    await forgetWhatWasHeard();
    await one.evaluate(() => window.tabs.hold('a/b/3')());
    await toHear('released a/b/3');
    expect(await held(three)).toEqual(['a/b/1', 'a/b/2']);
    await forgetWhatWasHeard();
    await crashTab(two);
    await toHear('released undefined');
    expect(await held(three)).toEqual(['a/b/1']);
    await forgetWhatWasHeard();
    await one.close();
    await toHear('released undefined');
    expect(await held(three)).toEqual([]);
  });
});

describe('a page that shares nothing', () => {
  it('does one thing after another by itself', async () => {
    const tabs = createTabs('ada', false);
    const order: string[] = [];
    const first = new AbortController();
    const second = new AbortController();
    const gate = Promise.withResolvers<void>();
    const all = [
      tabs.alone('outbox', async () => (order.push('first'), await gate.promise), first.signal),
      tabs.alone('outbox', async () => void order.push('never'), second.signal),
      tabs.alone('outbox', async () => void order.push('third'), first.signal),
      tabs.alone('documents', async () => void order.push('beside'), first.signal),
    ];
    second.abort();
    gate.resolve();
    await Promise.all(all);
    expect(order).toEqual(['first', 'beside', 'third']);

    let releases = 0;
    tabs.onReleased(() => releases++);
    const release = tabs.hold('a/b/c');
    expect(await tabs.held()).toEqual(new Set(['a/b/c']));
    release();
    await until('the release to be heard of', () => releases > 0);
    expect(await tabs.held()).toEqual(new Set());
    tabs.notify('outbox');
    tabs.close();
    await tabs.alone('outbox', async () => void order.push('closed'), first.signal);
    expect(order).not.toContain('closed');
  });
});
