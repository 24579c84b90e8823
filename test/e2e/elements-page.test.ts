import { expect, it } from 'vitest';
import { violations } from '../kit/accessibility.ts';
import { launchBrowser } from '../kit/browser.ts';
import { openElements, serveElements, type ElementsPage } from '../kit/elements-page.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import type { TestServer } from '../kit/server.ts';

const form = '<concord-record token="$TOKEN" collection="orders" record="1"></concord-record>';
const order = {
  id: '1',
  title: 'Posters',
  amount: 12.5,
  due: '2026-12-24',
  customer: 'krone',
  tags: ['A1', 'urgent'],
  notes: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Four colours.' }] }] },
  lines: [{ item: 'Paper', count: 3, packed: true }, { item: 'Ink' }],
};

async function serveOrder(): Promise<TestServer> {
  const server = await serveElements();
  await server.json('POST', '/records/customers/batch', {
    records: [
      { id: 'krone', name: 'Bakery Krone' },
      { id: 'museum', name: 'City museum' },
      { id: 'quoted', name: "O'Hara's press" },
    ],
  });
  await server.json('POST', '/records/orders', order);
  return server;
}

const isWhole = ({ page }: ElementsPage) => page.locator('concord-editor .content').waitFor();

it('keeps nobody out', async () => {
  const [server, browser] = await Promise.all([serveOrder(), launchBrowser()]);
  const [alice, ben] = await Promise.all([
    openElements(browser, server, form, { as: { user: 'alice' } }),
    openElements(browser, server, form, { as: { user: 'ben' } }),
  ]);
  await Promise.all([isWhole(alice), isWhole(ben)]);
  await ben.input('remarks').focus();
  await alice.field('remarks').locator('.visitor').waitFor();
  await alice.input('amount').fill('much');
  await alice.input('customer').click();
  await alice.page.getByRole('option', { name: 'City museum' }).waitFor();
  expect(await violations(alice.page)).toEqual([]);
});

it('is filled in by the keyboard alone', async () => {
  const [server, browser] = await Promise.all([serveOrder(), launchBrowser()]);
  const alice = await openElements(browser, server, form);
  await isWhole(alice);
  const { keyboard } = alice.page;
  await alice.input('title').focus();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('Handbills');
  await keyboard.press('Tab'); // stage
  await keyboard.type('Done');
  await keyboard.press('Tab'); // amount
  await keyboard.press('ArrowUp');
  await keyboard.press('Shift+ArrowUp');
  await alice.input('customer').focus();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type("hara's");
  await alice.page.getByRole('option', { name: "O'Hara's press" }).waitFor();
  await until('the others to be gone', async () => (await alice.field('customer').locator('.option').count()) === 1);
  await keyboard.press('Enter');
  await keyboard.press('Tab'); // tags
  await keyboard.type('new,');
  await keyboard.press('Backspace');
  await keyboard.press('ArrowLeft');
  await keyboard.press('ArrowLeft');
  await keyboard.press('Delete');
  await alice.field('votes').getByRole('spinbutton').focus();
  await keyboard.press('PageUp');
  await keyboard.press('ArrowDown');
  await alice.input('rush').focus();
  await keyboard.press('Space');
  const wanted = {
    title: 'Handbills',
    stage: 'done',
    amount: 23.5,
    customer: 'quoted',
    votes: 9,
    rush: true,
  };
  await expect.poll(() => server.json('GET', '/records/orders/1')).toMatchObject(wanted);
  const { tags } = await server.json<{ tags: string[] }>('GET', '/records/orders/1');
  expect(tags).toEqual(['new', 'urgent']);

  await until('all of it to be taken back', async () => {
    await keyboard.press('ControlOrMeta+z');
    return (await alice.input('title').inputValue()) === 'Posters';
  });
  await expect.poll(() => server.json('GET', '/records/orders/1')).toMatchObject({ ...order, votes: 0, stage: 'new' });
});

it('runs from right to left where the page does, in the page’s language and words', async () => {
  const [server, browser] = await Promise.all([serveOrder(), launchBrowser()]);
  const alice = await openElements(browser, server, form, { lang: 'de', dir: 'rtl' });
  await isWhole(alice);
  expect(await alice.input('amount').inputValue()).toBe('12,5');
  await alice.input('amount').fill('7,25');
  await until('it to be taken for a decimal', async () => (await server.json('GET', '/records/orders/1'))['amount'] === 7.25);

  const box = async (name: string) => (await alice.field(name).boundingBox()) ?? { x: Number.NaN, width: 0 };
  const [title, stage] = [await box('title'), await box('stage')];
  expect(stage.x + stage.width, 'short fields stand at the left').toBeLessThan(title.x);
  const overflow = await alice.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);

  await alice.page.evaluate(`import('/elements/elements.js').then(({ setStrings }) =>
    setStrings({ fieldLabel: (field) => (field === 'amount' ? 'Menge' : field), saved: 'Gesichert' }))`);
  await alice.field('amount').getByText('Menge').waitFor();
  await alice.page.locator('concord-status').getByText('Gesichert').waitFor();
});

it('fits a phone', async () => {
  const [server, browser] = await Promise.all([serveOrder(), launchBrowser()]);
  const alice = await openElements(browser, server, form, { context: { viewport: { width: 360, height: 740 } } });
  await isWhole(alice);
  expect(await alice.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

it('says what is the matter where there is nothing to show, and brings back what was deleted', async () => {
  const [server, browser] = await Promise.all([serveOrder(), launchBrowser()]);
  await server.json('POST', '/records/secrets', { id: 's', title: 'x' }, { user: 'lea', roles: ['lead'] });
  const element = (attributes: string) => `<concord-record token="$TOKEN" ${attributes}></concord-record>`;
  const alice = await openElements(
    browser,
    server,
    element('collection="orders" record="never"') +
      element('collection="secrets" record="s"') +
      element('collection="orders" record="1"') +
      '<concord-record collection="orders" record="1"></concord-record>',
  );
  const records = alice.page.locator('concord-record');
  await records.nth(0).getByText('There is nothing here').waitFor();
  await records.nth(1).locator('.state').waitFor();
  await records.nth(2).locator('concord-editor .content').waitFor();
  await records.nth(3).getByText('knows no server').waitFor();
  await server.json('DELETE', '/records/orders/1');
  await records.nth(2).getByText('This was deleted').waitFor();
  await records.nth(2).getByRole('button', { name: 'Restore' }).click();
  await records.nth(2).locator('concord-editor .content').waitFor();
});

it('keeps what is typed without a network, says so, and saves it when it is back', async () => {
  const [server, browser] = await Promise.all([serveOrder(), launchBrowser()]);
  const alice = await openElements(browser, server, form);
  await isWhole(alice);
  await alice.offline(true);
  await alice.input('title').fill('Typed on a train');
  await alice.page.locator('concord-status[state=offline]').getByText('kept on this device').first().waitFor();
  await alice.offline(false);
  await alice.saved();
  await expect.poll(() => server.json('GET', '/records/orders/1')).toMatchObject({ title: 'Typed on a train' });
});

it('is laid out by hand, field by field, with one client for all', async () => {
  const [server, browser] = await Promise.all([serveOrder(), launchBrowser()]);
  const alice = await openElements(
    browser,
    server,
    `<concord-client token="$TOKEN">
      <concord-presence collection="orders"></concord-presence>
      <concord-status id="connection"></concord-status>
      <concord-record collection="orders" record="1">
        <form><concord-field field="title" name="title"></concord-field><concord-status id="mine"></concord-status></form>
      </concord-record>
      <concord-field collection="customers" record="krone" field="name" label="The customer's name"></concord-field>
    </concord-client>`,
  );
  await alice.page.getByLabel("The customer's name").waitFor();
  await alice.input('title').fill('By hand');
  await alice.page.locator('#mine[state=saved]').waitFor();
  await alice.page.locator('#connection').getByText('Connected').waitFor();
  expect(await alice.page.locator('concord-field').count()).toBe(2);
  const sent = await alice.page.evaluate(() => new FormData(document.querySelector('form') as HTMLFormElement).get('title'));
  expect(sent).toBe('By hand');
  const ben = await openElements(browser, server, form, { as: { user: 'ben' } });
  await isWhole(ben);
  await alice.page.locator('concord-presence[collection]').getByText('ben is here').waitFor({ state: 'attached' });
});

it('shows what the server has put right in an edit', async () => {
  const [server, browser] = await Promise.all([serveOrder(), launchBrowser()]);
  const body = '<concord-record collection="orders" record="1" fields="title,remarks"></concord-record>';
  const alice = await openElements(browser, server, body);
  // An edit that no form lets through: by a binding that does not know how long the text may be.
  await alice.page.evaluate(`import('/elements/elements.js').then(async ({ createClient, setDefaultClient }) => {
    const client = createClient({ url: location.origin, token: '${await tokenFor()}' });
    setDefaultClient(client);
    const record = client.record('orders', '1');
    await record.ready;
    record.text('remarks').insert(0, 'x'.repeat(500));
  })`);
  await alice.field('remarks').getByRole('status').getByText('The server has put this right').waitFor();
  await expect.poll(() => alice.input('remarks').inputValue()).toBe('x'.repeat(400));
});

it('takes a date that is typed for one when it is whole, and gives it up at Escape', async () => {
  const [server, browser] = await Promise.all([serveOrder(), launchBrowser()]);
  const body = '<concord-record token="$TOKEN" collection="orders" record="1" fields="title,due"></concord-record>';
  const alice = await openElements(browser, server, body);
  const { keyboard } = alice.page;
  const seen: unknown[] = [];
  const due = alice.input('due');
  await due.focus();
  await keyboard.type('05');
  await keyboard.type('05');
  for (const digit of '2027') {
    await keyboard.press(digit);
    await alice.saved();
    seen.push((await server.json('GET', '/records/orders/1'))['due']);
  }
  await expect.poll(() => server.json('GET', '/records/orders/1')).toMatchObject({ due: '2027-05-05' });
  expect(seen.filter((date) => String(date).startsWith('0'))).toEqual([]);
  await due.focus();
  await keyboard.press('Backspace');
  expect(await due.inputValue()).toBe('');
  await keyboard.press('Escape');
  expect(await due.inputValue()).toBe('2027-05-05');
});
