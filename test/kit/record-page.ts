import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { visitAs } from './browser.ts';

/** A record's page of the workspace, as somebody sees it. */
export interface RecordPage {
  readonly page: Page;
  /** Cuts the network, or joins it again. */
  offline(offline: boolean): Promise<void>;
  /** Where a field is edited, whatever its kind. */
  field(name: string): Locator;
  /** The text that a rich text field is edited in. */
  text(name: string): Locator;
  /** What is typed into a field that has one input. */
  input(name: string): Locator;
  /** Types at the end, or the beginning, of a field's text, as fingers do. */
  typeAt(where: 'beginning' | 'end', name: string, text: string): Promise<void>;
  /** Resolves once it is said that what was edited is in that state. */
  saveState(state: 'saved' | 'saving' | 'offline' | 'refused'): Promise<void>;
}

/** Signs in at the workspace, in a profile of one's own, and opens a record. */
export async function openRecordAs(
  browser: Browser,
  url: string,
  person: string,
  path: string,
  options: BrowserContextOptions = {},
): Promise<RecordPage> {
  const { page, offline } = await visitAs(browser, url, person, options);
  return { ...(await openRecord(page, `${url}/c/${path}`)), offline };
}

/** The same for two, Ada and Ben, or whoever else is named. */
export async function openRecordForTwo(
  browser: Browser,
  url: string,
  path: string,
  [first, second]: readonly [string, string] = ['ada', 'ben'],
): Promise<[RecordPage, RecordPage]> {
  return await Promise.all([openRecordAs(browser, url, first, path), openRecordAs(browser, url, second, path)]);
}

/** Opens a record in a tab of somebody who has signed in. */
export async function openRecord(page: Page, address: string): Promise<RecordPage> {
  await page.goto(address);
  const record = recordPage(page);
  await record.saveState('saved');
  return record;
}

/** The record's page that a tab shows. */
export function recordPage(page: Page): RecordPage {
  const field = (name: string): Locator => {
    const label = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return page
      .locator('concord-field')
      .filter({ has: page.locator('.label', { hasText: new RegExp(`^\\s*${label}\\*?\\s*$`) }) });
  };
  const input = (name: string): Locator => field(name).locator('[part~=input]').first();
  const text = (name: string): Locator => field(name).locator('.content');
  return {
    page,
    offline: (offline) => page.context().setOffline(offline),
    field,
    text,
    input,
    async typeAt(where, name, typed) {
      await field(name).locator('.content, [part~=input]').first().focus();
      await page.keyboard.press(where === 'end' ? 'ControlOrMeta+End' : 'ControlOrMeta+Home');
      await page.keyboard.type(typed);
    },
    saveState: (state) => page.locator(`[data-testid=save-state][data-state=${state}]`).waitFor(),
  };
}

/** Resolves once the page says that its connection is in that state. */
export function connectionIs(page: Page, state: string): Promise<void> {
  return page.locator(`[data-testid=connection][data-state=${state}]:visible`).waitFor();
}
