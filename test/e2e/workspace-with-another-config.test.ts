import { collection, defineConfig, field, policy } from '@concord/schema';
import type { Browser } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchBrowser, openProfile, type Visitor } from '../kit/browser.ts';
import { builtWorkspace } from '../kit/demo.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const password = 'correct horse battery';
const admin = { user: 'root', roles: ['admin'] };

const isMember = policy({
  reads: ['members'],
  allow: ({ user, record }) => (record.members as readonly string[]).includes(user.id),
});
const config = defineConfig({
  collections: {
    expeditions: collection({
      fields: {
        name: field.string({ required: true, max: 60 }),
        danger: field.enum(['none', 'some', 'plenty'], { default: 'none' }),
        crew: field.number({ min: 1, integer: true }),
        members: field.set({ access: { write: ['admin'] } }),
        log: field.text(),
      },
      access: { read: isMember, create: ['admin'], update: isMember, delete: ['admin'] },
    }),
    crews: collection({
      fields: { name: field.string({ max: 60 }), mates: field.members({ join: ['sailor'] }), talk: field.log() },
      access: { read: ['sailor', 'admin'], create: ['sailor'], update: ['sailor'], delete: ['admin'] },
    }),
    readings: collection({ fields: { value: field.number() } }),
  },
});

async function serve(): Promise<TestServer> {
  const server = await startServer({ config, web: builtWorkspace() });
  for (const id of ['eve', 'finn'])
    await server.json('POST', '/users', { id, name: id === 'eve' ? 'Eve' : 'Finn', roles: ['sailor'], password }, admin);
  const expedition = { id: 'north', name: 'To the north', danger: 'plenty', crew: 7, members: ['eve', 'finn', 'root'] };
  await server.json('POST', '/records/expeditions', expedition, admin);
  return server;
}

async function enter(browser: Browser, server: TestServer, user: string): Promise<Visitor> {
  const visitor = await openProfile(browser);
  const { page } = visitor;
  await page.goto(server.url);
  await page.getByLabel('Account').fill('acme');
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByTestId('me').waitFor();
  return visitor;
}

it('shows whatever a config has, and only what one may do with it', async () => {
  const server = await serve();
  const { page } = await enter(await launchBrowser(), server, 'eve');
  await page.getByRole('heading', { name: 'Expeditions' }).waitFor();
  await page.getByRole('link', { name: 'To the north' }).waitFor();
  expect(await page.getByRole('button', { name: 'New expedition' }).count()).toBe(0);
  await page.getByRole('link', { name: 'To the north' }).click();
  await page.getByLabel('Danger').selectOption('some');
  await page.locator('[data-testid=save-state][data-state=saved]').waitFor();
  expect(await page.getByRole('button', { name: 'Delete this expedition' }).count()).toBe(0);
  await expect
    .poll(async () => (await server.json('GET', '/records/expeditions/north', undefined, admin))['danger'])
    .toBe('some');

  await page.getByRole('link', { name: 'Readings' }).click();
  await page.getByRole('button', { name: 'New reading' }).first().click();
  await page.getByTestId('new-record').getByLabel('Value').fill('12.5');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByTestId('record').waitFor();
  await expect.poll(() => page.getByLabel('Value').inputValue()).toBe('12.5');
});

it('says that access was taken away, hands out what was edited, and goes on when it is given again', async () => {
  const server = await serve();
  const eve = await enter(await launchBrowser(), server, 'eve');
  const { page } = eve;
  await page.goto(`${server.url}/c/expeditions/north`);
  await page.getByRole('textbox', { name: 'Log' }).fill('Day 1: ice.');
  await page.locator('[data-testid=save-state][data-state=saved]').waitFor();

  await server.json('PATCH', '/records/expeditions/north', { members: ['finn', 'root'] }, admin);
  await page.locator('[data-testid=refusal][data-reason=denied]').waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export what is here' }).click();
  expect((await downloading).suggestedFilename()).toBe('expeditions-north.json');

  await server.json('PATCH', '/records/expeditions/north', { members: ['eve', 'finn', 'root'] }, admin);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => page.getByRole('textbox', { name: 'Log' }).inputValue()).toBe('Day 1: ice.');
});

it('keeps what the server does not take any more, and says so', async () => {
  const server = await serve();
  const eve = await enter(await launchBrowser(), server, 'eve');
  const { page } = eve;
  await page.goto(`${server.url}/c/expeditions/north`);
  await page.getByRole('textbox', { name: 'Log' }).waitFor();
  await page.locator('[data-testid=save-state][data-state=saved]').waitFor();
  await eve.offline(true);
  await page.getByRole('textbox', { name: 'Log' }).fill('Written while nobody could say no.');
  await page.locator('[data-testid=save-state][data-state=offline]').waitFor();
  await server.json('DELETE', '/records/expeditions/north', undefined, admin);
  await eve.offline(false);
  await page.locator('[data-testid=refusal][data-reason=deleted]').waitFor();
  await page.getByTestId('refusal').getByText('did not reach the server').waitFor();
  await page.getByRole('button', { name: 'Export what is here' }).waitFor();
});

it('takes a collection with members and a log for rooms, whatever they are called', async () => {
  const server = await serve();
  const browser = await launchBrowser();
  const [eve, finn] = await Promise.all([enter(browser, server, 'eve'), enter(browser, server, 'finn')]);
  const rooms = (visitor: Visitor) => visitor.page.locator('.sidebar').getByRole('navigation', { name: 'Crews' });
  await eve.page.getByTestId('rooms-menu').click();
  await eve.page.getByRole('menuitem', { name: 'New crew…' }).click();
  await eve.page.getByTestId('new-room').getByLabel('Name').fill('Night watch');
  await eve.page.getByRole('button', { name: 'Create' }).click();
  await rooms(eve).getByRole('link', { name: 'Night watch' }).waitFor();
  expect(await eve.page.getByRole('navigation', { name: 'Direct messages' }).count()).toBe(0);

  await rooms(finn).getByRole('button', { name: 'Find one to join' }).click();
  await finn.page.getByRole('button', { name: 'Join Night watch' }).click();
  await rooms(finn).getByRole('link', { name: 'Night watch' }).waitFor();
  await finn.page.locator('concord-chat .main-composer textarea').fill('All is well.');
  await finn.page.keyboard.press('Enter');
  await eve.page.locator('concord-chat .row').filter({ hasText: 'All is well.' }).waitFor();
});
