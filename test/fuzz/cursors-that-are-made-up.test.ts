import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChangesPage } from '@concord/protocol';
import { startWatched, type WatchedServer } from './watched-server.ts';

async function serverWithEvents(): Promise<{ readonly server: WatchedServer; readonly cursor: string }> {
  const server = await startWatched();
  for (const account of ['acme', 'other']) {
    for (let index = 0; index < 3; index++)
      await server.json('POST', '/records/tickets', { id: `t${index}`, title: 'x' }, { account });
  }
  const { cursor } = await server.json<ChangesPage>('GET', '/changes?limit=1&since=0');
  return { server, cursor };
}

async function codeOf(server: WatchedServer, cursor: string, feed: string): Promise<string | undefined> {
  const answer = await server.fetch(`/changes?feed=${feed}&timeout=0&since=${encodeURIComponent(cursor)}`);
  const body = (await answer.json()) as { readonly error?: { readonly code: string } };
  return body.error?.code;
}

it('refuses a cursor that was made up, by the same name on every transport', async () => {
  const { server, cursor } = await serverWithEvents();
  const theirs = await server.json<ChangesPage>('GET', '/changes?limit=1&since=0', undefined, { account: 'other' });
  const forged = [
    theirs.cursor,
    'x',
    '1',
    '-1',
    'NOW',
    '00',
    ' ',
    '../../etc/passwd',
    '\0',
    '🐈',
    'A'.repeat(44),
    'A'.repeat(10_000),
    cursor.slice(0, -1),
    `${cursor}A`,
    `${cursor}=`,
    cursor.toLowerCase(),
    Buffer.from(cursor).toString('base64'),
  ];
  for (const made of forged) {
    for (const feed of ['poll', 'longpoll', 'sse'])
      expect(await codeOf(server, made, feed), made.slice(0, 50)).toBe('invalid_cursor');
    const header = await server.fetch('/changes?feed=sse', {
      headers: {
        'last-event-id':
          Buffer.from(made)
            .toString('latin1')
            .replaceAll(/[\0\r\n]/g, 'x')
            .trim() || 'x',
      },
    });
    expect(header.status, made.slice(0, 50)).toBe(400);
  }
  server.expectNoFaults();
});

it('refuses a cursor of which any bit has flipped', async () => {
  const { server, cursor } = await serverWithEvents();
  await fc.assert(
    fc.asyncProperty(fc.nat(33 * 8 - 1), async (bit) => {
      const bytes = Buffer.from(cursor, 'base64url');
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(await codeOf(server, bytes.toString('base64url'), 'poll')).toBe('invalid_cursor');
    }),
    { numRuns: 200 },
  );
  server.expectNoFaults();
});

it('refuses whatever else is sent for one', async () => {
  const { server } = await serverWithEvents();
  const made = fc.oneof(
    fc.base64String({ minLength: 40, maxLength: 48 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({ minLength: 44, maxLength: 44 }),
  );
  await fc.assert(
    fc.asyncProperty(made, async (text) => {
      fc.pre(!['', '0', 'now'].includes(text));
      expect(await codeOf(server, text, 'poll')).toBe('invalid_cursor');
    }),
    { numRuns: 200 },
  );
  server.expectNoFaults();
});
