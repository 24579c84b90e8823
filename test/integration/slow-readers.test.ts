import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { collection, defineConfig, field } from '@concord/schema';
import { connected, flushed } from '../kit/providers.ts';
import { openRawDocument } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';
const config = defineConfig({
  collections: { notes: collection({ fields: { body: field.text() }, createOnConnect: true }) },
  limits: { maxUnsentBytes: 256 * 1024 },
});

it('drops a reader that does not read, and nobody else notices', async () => {
  const lines: Record<string, unknown>[] = [];
  const server = await startServer({ config, onLog: (line) => lines.push(line) });
  const slow = await openRawDocument(server, name);
  const ann = await connected(server, name);
  const ben = await connected(server, name);
  slow.socket.pause();
  const body = ann.document.getText('body');
  // More than what the kernel's buffers and the limit hold together.
  for (let round = 0; !lines.some((line) => line['code'] === 'slow_reader'); round++) {
    if (round > 200) throw new Error('The reader was never dropped.');
    body.insert(0, 'x'.repeat(256 * 1024));
    body.delete(0, 256 * 1024);
    await flushed(ann);
  }
  body.insert(0, 'goes on');
  await flushed(ann);
  await until('Ben to be there', () => ben.document.getText('body').toString() === 'goes on');

  slow.socket.resume();
  expect(await slow.ended()).toEqual({ code: 4529, reason: 'slow_reader' });
  // It comes back with what it has, and gets the rest.
  const again = await connected(server, name, { document: new Y.Doc() });
  expect(again.document.getText('body').toString()).toBe('goes on');
});
