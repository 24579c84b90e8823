import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi, type DemoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import membershipConfig from '../kit/membership.config.ts';
import { openRecordAs, type RecordPage } from '../kit/record-page.ts';

/** A plan of Lea's, which Ann has open and may edit. */
async function openPlan(): Promise<{ readonly lea: DemoApi; readonly ann: RecordPage; readonly url: string }> {
  const { url } = await serveDemo({ config: membershipConfig });
  const lea = await demoApi(url, 'lea');
  await lea('POST', '/records/plans', { id: 'p', title: 'Moon', members: ['ann'], editors: ['ann'] });
  const ann = await openRecordAs(await launchBrowser(), url, 'ann', 'plans/p');
  await ann.text('body').waitFor();
  return { lea, ann, url };
}

/** What the server has, which is told by a view that follows the edits in at most a second. */
const stored = async (lea: DemoApi): Promise<string> => JSON.stringify(await lea('GET', '/records/plans/p'));
const denied = ({ page }: RecordPage) => page.locator('[data-testid=refusal][data-reason=denied]');

it('takes the record from the page of whoever has it open, and what was shown of it, until it is given back', async () => {
  const { lea, ann, url } = await openPlan();
  await ann.typeAt('end', 'body', 'Ann was here.');
  await ann.saveState('saved');
  await lea('PATCH', '/records/plans/p', { members: [] });
  await denied(ann).waitFor();
  expect(await ann.page.getByText('Ann was here.').count()).toBe(0);
  await ann.page.getByRole('link', { name: 'All plans' }).click();
  await ann.page.getByTestId('list-empty').waitFor();

  await lea('PATCH', '/records/plans/p', { members: ['ann'] });
  await ann.page.locator('[data-testid=row][data-record=p]').getByRole('link').click();
  await ann.text('body').getByText('Ann was here.').waitFor();
  await ann.page.goto(`${url}/c/plans/p`);
  await ann.typeAt('end', 'body', ' And is again.');
  await ann.saveState('saved');
  await expect.poll(() => stored(lea)).toContain('Ann was here. And is again.');
});

it('keeps what was typed without a network by somebody who may not see it any more, and saves it if they may again', async () => {
  const { lea, ann } = await openPlan();
  await ann.offline(true);
  await ann.typeAt('end', 'body', 'Typed in good faith.');
  await ann.saveState('offline');
  await lea('PATCH', '/records/plans/p', { members: [] });
  await ann.offline(false);
  // Who comes anew and may not see it is not told that it is there.
  const refusal = ann.page.locator('[data-testid=refusal][data-reason=absent]');
  await refusal.getByText('or is not for you to see').waitFor();
  await refusal.getByText('kept on this device').waitFor();
  expect(await stored(lea)).not.toContain('Typed in good faith');

  await lea('PATCH', '/records/plans/p', { members: ['ann'] });
  await ann.page.getByRole('button', { name: 'Try again' }).click();
  await ann.text('body').getByText('Typed in good faith.').waitFor();
  await ann.saveState('saved');
  await expect.poll(() => stored(lea)).toContain('Typed in good faith.');
});

it('makes the page read-only where only writing is taken away, says why nothing is saved, and goes on when it is given', async () => {
  const { lea, ann } = await openPlan();
  await lea('PATCH', '/records/plans/p', { editors: [] });
  await expect.poll(() => ann.text('body').getAttribute('contenteditable')).toBe('false');
  await lea('PATCH', '/records/plans/p', { editors: ['ann'] });
  await expect.poll(() => ann.text('body').getAttribute('contenteditable')).toBe('true');

  await ann.offline(true);
  await ann.typeAt('end', 'body', 'Typed in good faith.');
  await ann.saveState('offline');
  await lea('PATCH', '/records/plans/p', { editors: [] });
  await ann.offline(false);
  const refused = ann.page.getByTestId('refused');
  await refused.getByText('kept on this device').waitFor();
  await ann.saveState('refused');
  expect(await stored(lea)).not.toContain('Typed in good faith');

  await lea('PATCH', '/records/plans/p', { editors: ['ann'] });
  await ann.saveState('saved');
  await refused.waitFor({ state: 'detached' });
  await expect.poll(() => stored(lea)).toContain('Typed in good faith.');
});
