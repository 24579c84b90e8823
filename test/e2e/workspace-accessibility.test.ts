import { expect, it } from 'vitest';
import { violations } from '../kit/accessibility.ts';
import { launchBrowser, openProfile, visitAs } from '../kit/browser.ts';
import { serveDemo } from '../kit/demo.ts';
import { talkAs } from '../kit/workspace-rooms.ts';

it('keeps nobody out', async () => {
  const demo = await serveDemo();
  const browser = await launchBrowser();
  const options = { reducedMotion: 'reduce' } as const;
  const door = await openProfile(browser, options);
  await door.page.goto(demo.url);
  await door.page.getByTestId('sign-in-ada').waitFor();
  expect(await violations(door.page), 'the door').toEqual([]);

  const { page } = await visitAs(browser, demo.url, 'ada', options);
  expect(await violations(page), 'the list').toEqual([]);
  await page.locator('[data-testid=row][data-record="3"]').getByRole('checkbox').click();
  await page.getByTestId('bulk').waitFor();
  expect(await violations(page), 'a selection').toEqual([]);
  await page.keyboard.press('ControlOrMeta+k');
  expect(await violations(page), 'the palette').toEqual([]);
  await page.keyboard.press('Escape');
  await page.goto(`${demo.url}/c/projects`);
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByTestId('new-record').waitFor();
  expect(await violations(page), 'a new record').toEqual([]);
});

it('keeps nobody out of a record', async () => {
  const demo = await serveDemo();
  const { page } = await visitAs(await launchBrowser(), demo.url, 'ada', { reducedMotion: 'reduce' });
  await page.goto(`${demo.url}/c/projects/festival-posters`);
  await page.getByRole('textbox', { name: 'Brief' }).waitFor();
  expect(await violations(page), 'a record').toEqual([]);
  await page.getByTestId('log-toggle').click();
  await page.locator('concord-chat .main-list .row').first().waitFor();
  expect(await violations(page), 'comments').toEqual([]);
  await page.getByRole('button', { name: 'Close comments' }).click();
  await page.getByRole('button', { name: 'Delete this project' }).click();
  await page.getByTestId('toast').waitFor();
  expect(await violations(page), 'a toast').toEqual([]);
  await page.goto(`${demo.url}/c/projects/festival-posters`);
  await page.getByTestId('refusal').waitFor();
  expect(await violations(page), 'a deleted record').toEqual([]);
});

it('keeps nobody out of rooms', async () => {
  const demo = await serveDemo();
  const ben = await talkAs(await launchBrowser(), demo.url, 'ben', { reducedMotion: 'reduce' });
  const { page } = ben;
  await ben.enter('Festival posters');
  await page.getByRole('button', { name: '3 members' }).waitFor();
  expect(await violations(page), 'a room').toEqual([]);
  await page.getByRole('button', { name: '3 members' }).click();
  await page.getByTestId('room-people').getByText('Chloe').waitFor();
  expect(await violations(page), 'its people').toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByTestId('bell').and(page.locator(':visible')).click();
  await page.getByTestId('notifications').waitFor();
  expect(await violations(page), 'the notifications').toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByTestId('room-menu').click();
  await page.getByRole('menuitem', { name: 'Leave' }).waitFor();
  expect(await violations(page), 'its menu').toEqual([]);
  await page.keyboard.press('Escape');
  await page.goto(`${demo.url}/c/rooms/archive-move`);
  await page.getByText('This room is archived').waitFor();
  expect(await violations(page), 'an archived room').toEqual([]);
});

it('keeps nobody out of finding and making rooms', async () => {
  const demo = await serveDemo();
  const { page } = await visitAs(await launchBrowser(), demo.url, 'ben', { reducedMotion: 'reduce' });
  await page.getByTestId('rooms-menu').click();
  await page.getByRole('menuitem', { name: 'New room…' }).click();
  await page.getByTestId('new-room').getByRole('option', { name: /Ada/ }).click();
  expect(await violations(page), 'a new room').toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByTestId('rooms-menu').click();
  await page.getByRole('menuitem', { name: 'Browse rooms…' }).click();
  await page.getByTestId('browse-rooms').getByRole('link', { name: 'Front desk' }).waitFor();
  expect(await violations(page), 'all rooms').toEqual([]);
  await page.getByTestId('browse-rooms').getByRole('link', { name: 'Front desk' }).click();
  await page.getByRole('button', { name: 'Join to write here' }).waitFor();
  expect(await violations(page), 'a room to join').toEqual([]);
  await page.locator('h1').click();
  await page.keyboard.press('?');
  await page.getByTestId('shortcuts').waitFor();
  expect(await violations(page), 'the keys').toEqual([]);
});
