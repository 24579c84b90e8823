import { decodeJwt, SignJWT } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { connectionIs } from './record-page.ts';
import { openProfile, type Visitor } from './browser.ts';
import { demoApi } from './demo-api.ts';
import { testSecret } from './tokens.ts';

export const password = 'correct horse battery';

/** Adds Eve to a demo's people: she signs in with a password. */
export async function addEve(url: string): Promise<void> {
  const ask = await demoApi(url, 'ada');
  await ask('POST', '/users', { id: 'eve', name: 'Eve', roles: ['member'], password });
}

/** Opens the workspace in a profile of its own and signs Eve in. */
export async function visitAsEve(browser: Browser, url: string, prepare?: (page: Page) => Promise<unknown>): Promise<Visitor> {
  const visitor = await openProfile(browser);
  const { page } = visitor;
  await prepare?.(page);
  await page.goto(url);
  await page.getByRole('button', { name: 'Sign in with a password' }).click();
  await page.getByLabel('Account').fill('demo');
  await page.getByLabel('User').fill('eve');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByTestId('list').waitFor();
  await connectionIs(page, 'live');
  return visitor;
}

/**
 * Has the tokens that a page gets end that soon, as those of a server with other ideas would. Returns how many it has been
 * given.
 */
export async function shortenTokens(page: Page, seconds: number): Promise<() => number> {
  let given = 0;
  await page.context().route(/\/api\/v1\/auth\/(login|refresh)$/, async (route) => {
    const response = await route.fetch();
    if (!response.ok()) return await route.fulfill({ response });
    const body = (await response.json()) as { readonly token: string };
    const token = await new SignJWT(decodeJwt(body.token))
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(new TextEncoder().encode(testSecret));
    given++;
    await route.fulfill({ response, json: { ...body, token, expiresIn: seconds } });
  });
  return () => given;
}
