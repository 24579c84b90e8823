import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { listeningAt, startWith } from '../kit/server-process.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

const root = join(import.meta.dirname, '../..');

/** The blocks below a heading of the README, by language. */
async function blocksBelow(heading: string): Promise<Map<string, string>> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, section = ''] = new RegExp(`^## ${heading}$([^]*?)^##`, 'm').exec(readme) ?? [];
  return new Map([...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = '', code = '']) => [language, code]));
}

/** Serves one page on a port of its own, as any web server would. */
async function serve(html: () => string): Promise<string> {
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html()));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

it('comes from zero to a live form by what the README says', async () => {
  const blocks = await blocksBelow('From zero to a live form');
  const folder = await temporaryFolder();
  let html = '';
  const page = await serve(() => html);
  const config = join(folder, 'guests.config.ts');
  await writeFile(config, (blocks.get('ts') ?? '').replace('http://localhost:8080', page));
  const commands = (blocks.get('sh') ?? '').trim().split('\n');
  expect(commands.map((line) => line.replace(/ -- .*/, ''))).toEqual(['npm start', 'npm run -s concord']);
  const [, token = ''] = commands.map((line) => line.replace(/^.*? -- /, '').replaceAll(/guests(?=$| )/g, folder));
  const place = token.split(' ');

  const web = join(root, 'apps/workspace/dist');
  const server = startWith({}, [
    'serve',
    '--web',
    web,
    '--port',
    '0',
    '--log-level',
    'info',
    '--data',
    folder,
    '--config',
    config,
  ]);
  const url = await listeningAt(server);
  const printed = await startWith({}, place).ended;
  expect(printed).toMatchObject({ code: 0 });

  html = (blocks.get('html') ?? '').replaceAll('http://localhost:4000', url).replace('TOKEN', printed.stdout.trim());
  const browser = await launchBrowser();
  const open = async (): ReturnType<typeof browser.newPage> => {
    const tab = await browser.newPage();
    await tab.goto(page);
    return tab;
  };
  const [one, other] = [await open(), await open()];
  await one.getByLabel('Name').fill('Grace');
  await one.getByLabel('Seats').fill('99');
  await one.getByText('Enter 8 or less').first().waitFor();
  await expect.poll(() => other.getByLabel('Name').inputValue()).toBe('Grace');
  const answer = async (): Promise<unknown> =>
    (await fetch(`${url}/api/v1/records/guests/1`, { headers: { authorization: `Bearer ${printed.stdout.trim()}` } })).json();
  await expect.poll(answer).toMatchObject({ name: 'Grace', seats: 1 });

  const program = (blocks.get('js') ?? '').replace('http://localhost:4000', url);
  const setting = `const token = '${printed.stdout.trim()}';\n${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', setting], { cwd: join(root, 'test'), stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await expect.poll(() => one.getByLabel('Seats').inputValue()).toBe('99');
  await expect.poll(answer).toMatchObject({ name: 'Grace', seats: 2 });
});
