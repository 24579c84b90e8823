import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';

/** A way to read the feed, as it shows in what a client asks for. */
export type Way = 'websocket' | 'sse' | 'longpoll' | 'poll';

/** What is done to one of them: held back until the end of the answer, cut after so many milliseconds, or not let through. */
export type Treatment = 'hold' | 'refuse' | { readonly cutAfterMs: number };

/** A proxy between a client and a server that understands what is asked for, and does not like all of it. */
export interface PickyProxy {
  readonly url: string;
  readonly wsUrl: string;
  /** What was asked for, in order. */
  readonly seen: readonly Way[];
  /** How many of each are open now. */
  open(way: Way): number;
  /** From now on. Undefined: it is let through. */
  treat(way: Way, treatment: Treatment | undefined): void;
  /** Ends what is open. */
  cut(): void;
}

export async function startPickyProxy(server: { readonly url: string }): Promise<PickyProxy> {
  const to = new URL(server.url);
  const treatments = new Map<Way, Treatment>();
  const seen: Way[] = [];
  const open = new Map<Socket | Duplex, Way | undefined>();

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const way = wayOf(incoming);
    if (way !== undefined) seen.push(way);
    const treatment = way && treatments.get(way);
    if (treatment === 'refuse') {
      response.writeHead(502).end('Not here.');
      return;
    }
    open.set(incoming.socket, way);
    response.on('close', () => open.set(incoming.socket, undefined));
    if (typeof treatment === 'object') setTimeout(() => incoming.socket.destroy(), treatment.cutAfterMs).unref();
    const { url = '/', method = 'GET', headers } = incoming;
    const outgoing = send({ host: to.hostname, port: to.port, path: url, method, headers }, (answer) => {
      if (treatment !== 'hold') {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
        answer.on('error', () => response.destroy());
        return;
      }
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => response.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(pieces)));
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  function upgrade(incoming: IncomingMessage, near: Duplex, head: Buffer): void {
    seen.push('websocket');
    near.on('error', () => undefined);
    const treatment = treatments.get('websocket');
    if (treatment === 'refuse') {
      near.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    open.set(near, 'websocket');
    near.on('close', () => open.delete(near));
    // It is kept waiting.
    if (treatment === 'hold') return;
    const far = connect(Number(to.port), to.hostname, () => {
      const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
      for (let at = 0; at < incoming.rawHeaders.length; at += 2)
        lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`);
      far.write(`${lines.join('\r\n')}\r\n\r\n`);
      far.write(head);
      near.pipe(far);
      far.pipe(near);
    });
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
  }

  const proxy = createServer(pass).on('upgrade', upgrade);
  const cut = (): void => {
    for (const socket of open.keys()) socket.destroy();
  };
  proxy.on('connection', (socket) => {
    open.set(socket, undefined);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    cut();
    proxy.close();
  });
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}`,
    seen,
    open: (way) => [...open.values()].filter((one) => one === way).length,
    treat(way, treatment) {
      if (treatment === undefined) treatments.delete(way);
      else treatments.set(way, treatment);
    },
    cut,
  };
}

function wayOf({ url = '' }: IncomingMessage): Way | undefined {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  return pathname === '/api/v1/changes' ? ((searchParams.get('feed') ?? 'poll') as Way) : undefined;
}
