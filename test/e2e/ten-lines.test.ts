import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { demoApi } from '../kit/demo-api.ts';
import { serveDemo } from '../kit/demo.ts';
import { bundlePage, openTab, serveBundled } from '../kit/page-bundle.ts';

const root = join(import.meta.dirname, '../..');

it('embeds an editor by the ten lines that the READMEs have', async () => {
  const lines = await tenLines('.');
  expect(await tenLines('packages/client')).toBe(lines);
  const demo = await serveDemo();
  const api = await demoApi(demo.url, 'ada');
  const { token } = await api<{ token: string }>('POST', '/auth/demo', { user: 'ada' });
  const code = lines.replace('http://localhost:4000', demo.url).replace(/\btoken\b/, `token: '${token}'`);

  const context = await (await launchBrowser()).newContext();
  // As a page of the examples would be.
  await serveBundled(context, await bundlePage('../../apps/examples/ten-lines.js', code));
  const page = await openTab(context, demo.url);
  await page.locator('.cm-content').click();
  await page.keyboard.type('Ten lines.');
  await expect.poll(() => page.title()).toBe('saved');
  await expect.poll(async () => await api('GET', '/records/notes/any-editor')).toMatchObject({ source: 'Ten lines.' });
});

it('shows in the README of the examples what stands in one of them', async () => {
  const folder = join(root, 'apps/examples');
  const [, block = ''] = /^```ts\n([^]*?)^```$/m.exec(await readFile(join(folder, 'README.md'), 'utf8')) ?? [];
  const example = (await readFile(join(folder, 'src/quill.ts'), 'utf8')).split('\n');
  expect(block).not.toBe('');
  expect(example).toEqual(expect.arrayContaining(block.trimEnd().split('\n')));
});

async function tenLines(folder: string): Promise<string> {
  const readme = await readFile(join(root, folder, 'README.md'), 'utf8');
  const [, code] = /^#+ Embed an editor in ten lines$[^]*?^```js\n([^]*?)^```$/m.exec(readme) ?? [];
  if (code === undefined) throw new Error(`${folder}/README.md embeds no editor.`);
  expect(code.split('\n').filter((line) => line !== '')).toHaveLength(10);
  return code;
}
