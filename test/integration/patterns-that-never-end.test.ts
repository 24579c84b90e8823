import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { collection, defineConfig, field } from '@concord/schema';
import { connected, flushed } from '../kit/providers.ts';
import { startCommand } from '../kit/server-process.ts';
import { startServer } from '../kit/server.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { until } from '../kit/until.ts';

const configWith = (pattern: RegExp, max = 320): unknown =>
  defineConfig({
    collections: {
      people: collection({
        fields: { mail: field.string({ pattern, max }), lines: field.list({ mail: field.string({ pattern, max }) }) },
        createOnConnect: true,
      }),
    },
  });

it('keeps a server from starting on a pattern by which a writer could hang it', async () => {
  await expect(startServer({ config: configWith(/^(a+)+$/) })).rejects.toThrow(
    'collections.people.fields.mail.pattern: takes for ever on some values',
  );
});

it('says so on the command line, with the file, and touches no data', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'concord.config.mjs');
  await writeFile(
    file,
    `export default { collections: { people: { fields: { mail: { kind: 'string', options: { pattern: '^(a+)+$' } } } } } };\n`,
  );
  const { code, stderr } = await startCommand('serve', '--port', '0', '--data', join(folder, 'data'), '--config', file).ended;
  expect(stderr).toContain('concord.config.mjs: collections.people.fields.mail.pattern: takes for ever on some values');
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
  expect(code).toBe(1);
  await expect(readFile(join(folder, 'data', 'secret'))).rejects.toThrow('ENOENT');
});

it('goes on serving others while the worst values are sent that a pattern it took can get', async () => {
  const server = await startServer({ config: configWith(/^[^@\s]+@[^@\s]+\.[^@\s]+$/) });
  const ben = await connected(server, 'acme/people/p1', { as: { user: 'ben' } });
  const hostile = `x@${'.'.repeat(317)} `;
  // As many rows as a body may hold.
  const lines = Array.from({ length: 3000 }, () => ({ mail: hostile }));
  for (const input of [{ mail: hostile }, { lines }, { mail: hostile.repeat(2000) }]) {
    const answer = await server.fetch('/records/people', {
      method: 'POST',
      body: JSON.stringify(input),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(422);
  }
  // Edits, too, while somebody else's go on.
  const eve = await connected(server, 'acme/people/p1', { as: { user: 'eve' } });
  eve.document.getMap('fields').set('mail', hostile);
  await flushed(eve);
  const row = new Y.Map([['mail', 'ben@example.com']]);
  ben.document.getArray('lines').push([row]);
  await flushed(ben);
  await until('what Ben wrote', async () => {
    const answer = await server.fetch('/records/people/p1');
    const { mail, lines: rows } = (await answer.json()) as Record<string, unknown>;
    return mail === null && JSON.stringify(rows) === '[{"mail":"ben@example.com"}]';
  });
});
