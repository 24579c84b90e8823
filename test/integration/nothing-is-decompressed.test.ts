import { once } from 'node:events';
import { connect } from 'node:net';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { frames, openRawDocument, updateWriting } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';
const paths: readonly (readonly [string, () => Promise<string>])[] = [
  ['/sync', async () => '/sync'],
  ['/yjs', async () => `/yjs/${name}?token=${await tokenFor()}`],
];

/** Somebody else, who goes on. */
async function expectServed(server: TestServer): Promise<void> {
  const client = await openRawDocument(server, name, { user: 'ben' });
  client.send(frames.update(name, updateWriting('x')));
  await until('the ack', () => client.acks(name) === 1);
}

describe.each(paths)('%s', (_path, pathOf) => {
  it('agrees to no compression, however it is offered', async () => {
    const server = await startServer();
    for (const offer of [
      'permessage-deflate',
      'permessage-deflate; client_max_window_bits, permessage-deflate',
      'x-webkit-deflate-frame',
    ]) {
      const socket = new WebSocket(`${server.wsUrl}${await pathOf()}`, {
        perMessageDeflate: false,
        headers: { 'sec-websocket-extensions': offer },
      });
      const [response] = (await once(socket, 'upgrade')) as [{ readonly headers: Record<string, string> }];
      expect(response.headers['sec-websocket-extensions'], offer).toBeUndefined();
      socket.terminate();
    }
  });

  it('ends a socket that compresses all the same, and unpacks nothing', async () => {
    const server = await startServer();
    const bomb = deflateRawSync(Buffer.alloc(100 * 1024 * 1024));
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = [
      `GET ${await pathOf()} HTTP/1.1`,
      'host: localhost',
      'connection: Upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-extensions: permessage-deflate',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    // A whole binary message, of which RSV1 says that it is compressed; masked with zeros.
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bomb.byteLength));
    socket.write(Buffer.concat([Buffer.of(0xc2, 0xff), length, Buffer.alloc(4), bomb]));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    await once(socket, 'close');
    const received = Buffer.concat(chunks);
    expect(received.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /);
    // It was closed as a breach of the protocol: 1002.
    expect(received.includes(Buffer.of(0x88, 0x02, 0x03, 0xea))).toBe(true);
    await expectServed(server);
  });
});

it.each(['gzip', 'deflate', 'br', 'gzip, gzip'])('a body by %s is refused by name, and unpacked by nobody', async (encoding) => {
  const server = await startServer();
  const body = gzipSync(Buffer.from(`{"title":"${'x'.repeat(50 * 1024 * 1024)}"}`));
  expect(body.byteLength).toBeLessThan(100 * 1024);
  for (const [method, path] of [
    ['POST', '/records/notes'],
    ['POST', '/records/notes/batch'],
    ['POST', '/auth/login'],
    ['POST', '/api-keys'],
  ] as const) {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const answer = await server.fetch(path, { method, body, headers, as: { roles: ['member', 'admin'] } });
    expect(answer.status, path).toBe(415);
    expect(await answer.json()).toMatchObject({ error: { code: 'unsupported_media_type' } });
  }
  expect(await server.json('GET', '/records/notes')).toMatchObject({ items: [] });
});
