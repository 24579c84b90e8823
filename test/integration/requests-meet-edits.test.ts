import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { ChangesPage, ErrorBody, RecordView } from '@concord/protocol';
import { connected, connectedYjs, flushed } from '../kit/providers.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const name = 'acme/tickets/42';
const path = '/records/tickets/42';

it('[R2] leaves a cursor where it was when a request writes the text around it', async () => {
  const server = await startServer();
  await server.json('POST', '/records/tickets', { id: '42', title: 'Lamp', body: 'The lamp in the hall is broken.' });
  const [ann, ben] = [await connected(server, name), await connectedYjs(server, name)];
  const cursors = [ann.document, ben.doc].map((document) => {
    const body = document.getText('body');
    return Y.createRelativePositionFromTypeIndex(body, body.toString().indexOf('hall'));
  });
  await server.json('PATCH', path, { body: 'Urgent! The old lamp in the hall is broken, again.' });
  for (const [index, document] of [ann.document, ben.doc].entries()) {
    await until('the text', () => document.getText('body').toString().endsWith('again.'));
    const position = Y.createAbsolutePositionFromRelativePosition(cursors[index] as Y.RelativePosition, document);
    expect(document.getText('body').toString().slice(position?.index)).toBe('hall is broken, again.');
  }
});

it('[R2] merges a request and what is typed at the same time', async () => {
  const server = await startServer();
  await server.json('POST', '/records/tickets', { id: '42', title: 'Lamp', body: 'middle' });
  const ann = await connected(server, name);
  ann.document.getText('body').insert(6, ' end');
  const [view] = await Promise.all([server.json<RecordView>('PATCH', path, { body: 'start middle' }), flushed(ann)]);
  // Which came first is open; that both are there, or that the request replaced what it had seen, is not.
  await until('both to agree', async () => {
    const { body } = await server.json<RecordView>('GET', path);
    return body === ann.document.getText('body').toString();
  });
  expect(String(view['body'])).toContain('start middle');
});

it('[R2] refuses a write on a version that typing has gone beyond, and changes nothing', async () => {
  const server = await startServer();
  await server.json('POST', '/records/tickets', { id: '42', title: 'Lamp' });
  const patch = async (version: number): Promise<Response> =>
    await server.fetch(path, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
      body: JSON.stringify({ status: 'closed' }),
    });
  const ann = await connected(server, name, { as: { user: 'ann' } });
  ann.document.getText('body').insert(0, 'typed');
  await flushed(ann);
  // Typing is not published yet: the request closes the quiet period first, and is judged on what was typed.
  const refused = await patch(1);
  expect(refused.status).toBe(412);
  expect(((await refused.json()) as ErrorBody).error.code).toBe('version_mismatch');
  const view = await server.json<RecordView>('GET', path);
  expect(view).toMatchObject({ version: 2, status: 'open', body: 'typed', updatedBy: 'ann' });
  expect((await patch(2)).status).toBe(200);
  await until('Ann to hear of it', () => ann.document.getMap('fields').get('status') === 'closed');
  const { results } = await server.json<ChangesPage>('GET', '/changes?since=0');
  expect(results.map(({ version, changed }) => [version, ...changed])).toEqual([
    [1, 'title', 'status', 'estimate', 'body', 'notes'],
    [2, 'body'],
    [3, 'status'],
  ]);
});

it('[R2] lets one of many conditional writes on a version win', async () => {
  const server = await startServer();
  await server.json('POST', '/records/tickets', { id: '42', title: 'Lamp' });
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      server.fetch(path, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'if-match': '"1"' },
        body: JSON.stringify({ title: `title ${index}` }),
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  expect((await server.json<RecordView>('GET', path)).version).toBe(2);
});
