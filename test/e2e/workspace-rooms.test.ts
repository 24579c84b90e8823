import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import { talkAs } from '../kit/workspace-rooms.ts';

it('has two people talk in a room, and counts what is new on every device until it is read on one', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben, phone] = await Promise.all([
    talkAs(browser, demo.url, 'ada'),
    talkAs(browser, demo.url, 'ben'),
    talkAs(browser, demo.url, 'ben'),
  ]);
  await ada.enter('Shop floor');
  await ben.enter('Shop floor');
  await ada.say('The ink is here.');
  await ben.message('The ink is here.').waitFor();
  await ben.say('Put it under the bench.');
  await ada.message('Put it under the bench.').waitFor();

  await ben.page.getByRole('link', { name: 'Tickets' }).click();
  await expect.poll(() => ben.badge('Shop floor').count()).toBe(0);
  await ada.say('Done.');
  await ada.say('And locked.');
  await ben.badge('Shop floor').getByText('2').waitFor();
  await phone.badge('Shop floor').getByText('2').waitFor();
  await ben.enter('Shop floor');
  await ben.badge('Shop floor').waitFor({ state: 'detached' });
  await phone.badge('Shop floor').waitFor({ state: 'detached' });
});

it('says on the tab how much is new, and goes from one room with something new to the next by keys', async () => {
  const demo = await serveDemo();
  const dan = await talkAs(await launchBrowser(), demo.url, 'dan');
  const { page } = dan;
  await dan.badge('Shop floor').waitFor();
  await page.getByTestId('bell').and(page.locator(':visible')).click();
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.title()).toBe('Tickets · Concord');

  const ada = await demoApi(demo.url, 'ada');
  await ada('POST', '/records/rooms/shop-floor/messages', { text: 'One.' });
  await ada('POST', '/records/rooms/front-desk/messages', { text: 'And two more.' });
  await expect.poll(() => page.title()).toBe('(2) Tickets · Concord');
  for (const room of ['Front desk', 'Shop floor']) await dan.badge(room).waitFor();
  await page.keyboard.press('Alt+ArrowDown');
  await page.getByRole('heading', { name: 'Front desk', level: 1 }).waitFor();
  await dan.message('And two more.').waitFor();
  await expect.poll(() => page.title()).toBe('(1) Front desk · Concord');
  await page.keyboard.press('Alt+ArrowDown');
  await page.getByRole('heading', { name: 'Shop floor', level: 1 }).waitFor();
  await expect.poll(() => page.title()).toBe('Shop floor · Concord');
  await page.locator('h1').click();
  await page.keyboard.press('?');
  await page.getByTestId('shortcuts').getByText('The next room with something new').waitFor();
});

it('leads two people into one room between them, from both ends', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [chloe, dan] = await Promise.all([talkAs(browser, demo.url, 'chloe'), talkAs(browser, demo.url, 'dan')]);
  await chloe.page.getByRole('button', { name: 'Write to somebody' }).click();
  await chloe.page.getByTestId('message-person').getByRole('option', { name: /Dan/ }).click();
  await chloe.page.getByRole('heading', { name: 'Dan', level: 1 }).waitFor();
  await chloe.say('Are you there?');
  await dan.page.getByTestId('toast').getByText('Chloe has written to you.').waitFor();

  await dan.page.keyboard.press('ControlOrMeta+k');
  await dan.page.keyboard.type('message chloe');
  await dan.page
    .getByTestId('palette')
    .getByRole('option', { name: /Message Chloe/ })
    .waitFor();
  await dan.page.keyboard.press('Enter');
  await dan.message('Are you there?').waitFor();
  await dan.say('At the cutter.');
  await chloe.message('At the cutter.').waitFor();
  expect(new URL(dan.page.url()).pathname).toBe(new URL(chloe.page.url()).pathname);
  await chloe.link('Dan').getByTestId('online').waitFor();
});

it('cuts off what a room is called where that is longer than there is room for', async () => {
  const demo = await serveDemo();
  const ask = await demoApi(demo.url, 'ada');
  await ask('PATCH', '/records/rooms/shop-floor', { title: 'Whatever happens on the shop floor, and by when' });
  const ada = await talkAs(await launchBrowser(), demo.url, 'ada');
  await ada.link('Whatever happens').waitFor();
  expect(await ada.page.locator('.sidebar').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
});

it('makes a room, has others join and leave it, and closes it', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([talkAs(browser, demo.url, 'ada'), talkAs(browser, demo.url, 'ben')]);
  await ada.page.getByTestId('rooms-menu').click();
  await ada.page.getByRole('menuitem', { name: 'New room…' }).click();
  const form = ada.page.getByTestId('new-room');
  await form.getByRole('button', { name: 'Create' }).click();
  await form.getByRole('alert').waitFor();
  await form.getByLabel('Title').fill('Holidays');
  await form.getByLabel('Topic').fill('Who is away, and when');
  await form.getByRole('option', { name: /Chloe/ }).click();
  await form.getByRole('button', { name: 'Create' }).click();
  await ada.page.getByRole('heading', { name: 'Holidays', level: 1 }).waitFor();
  await ada.page.getByRole('button', { name: '2 members' }).waitFor();
  await ada.say('I am away in May.');

  await ben.page.getByTestId('rooms-menu').click();
  await ben.page.getByRole('menuitem', { name: 'Browse rooms…' }).click();
  const browse = ben.page.getByTestId('browse-rooms');
  await browse.getByRole('searchbox').fill('away');
  await browse.getByRole('button', { name: 'Join Holidays' }).click();
  await ben.message('I am away in May.').waitFor();
  await ben.say('I am not.');
  await ada.message('I am not.').waitFor();

  await ada.page.getByRole('button', { name: '3 members' }).click();
  const people = ada.page.getByTestId('room-people');
  await people.getByLabel('Role of Ben').selectOption('owner');
  await people.getByRole('button', { name: 'Remove Chloe' }).click();
  await people.locator('[data-member=chloe]').waitFor({ state: 'detached' });
  await ada.page.keyboard.press('Escape');
  await ada.page.getByTestId('room-menu').click();
  await ada.page.getByRole('menuitem', { name: 'Archive' }).click();
  await ben.page.getByText('This room is archived').waitFor();
  await ben.link('Holidays').waitFor({ state: 'detached' });
  await ben.page.getByTestId('room-menu').click();
  await ben.page.getByRole('menuitem', { name: 'Open again' }).click();
  await ben.link('Holidays').waitFor();
  await ada.page.getByTestId('room-menu').click();
  await ada.page.getByRole('menuitem', { name: 'Leave' }).click();
  await ada.page.getByTestId('list').waitFor();
  await ada.link('Holidays').waitFor({ state: 'detached' });
});

it('takes a room from the sight of who is put out of it', async () => {
  const demo = await serveDemo();
  const ben = await talkAs(await launchBrowser(), demo.url, 'ben');
  await ben.enter('Festival posters');
  const ada = await demoApi(demo.url, 'ada');
  await ada('DELETE', '/records/rooms/festival/members/ben');
  await ben.page.locator('[data-testid=refusal][data-reason=denied]').waitFor();
  await ben.link('Festival posters').waitFor({ state: 'detached' });
});

it('mutes a room: it is counted no more, but for mentions', async () => {
  const demo = await serveDemo();
  const ben = await talkAs(await launchBrowser(), demo.url, 'ben');
  await ben.enter('Shop floor');
  await ben.page.getByTestId('room-menu').click();
  await ben.page.getByRole('menuitem', { name: 'Mute' }).click();
  await ben.page.locator('.room-link-muted').waitFor();
  await ben.enter('Festival posters');
  const ada = await demoApi(demo.url, 'ada');
  const say = (text: string) => ada('POST', '/records/rooms/shop-floor/messages', { text });
  await say('Nothing for anybody.');
  await say('But this is for <@ben>.');
  await ben.badge('Shop floor').getByText('1').waitFor();
});

it('keeps what is said without a network, and sends it once when it is back', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const [ada, ben] = await Promise.all([talkAs(browser, demo.url, 'ada'), talkAs(browser, demo.url, 'ben')]);
  await ada.enter('Festival posters');
  await ben.enter('Festival posters');
  await ada.offline(true);
  await ada.page.locator('[data-testid=connection][data-state=offline]:visible').waitFor();
  await ada.say('Said in a tunnel.');
  await ada.message('Said in a tunnel.').waitFor();
  await ada.page.getByTestId('outbox').getByText('1 waiting').waitFor();
  await ada.offline(false);
  await ben.message('Said in a tunnel.').waitFor();
  await ada.page.getByTestId('outbox').waitFor({ state: 'detached' });
  expect(await ben.message('Said in a tunnel.').count()).toBe(1);
  expect(await ada.message('Said in a tunnel.').count()).toBe(1);
});
