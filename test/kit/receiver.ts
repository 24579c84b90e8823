import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

/** A request that a webhook has sent. */
export interface Received {
  readonly id: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came. */
  readonly body: string;
  readonly message: Message;
}

export interface Message {
  readonly id?: string;
  readonly cursor?: string;
  readonly type: string;
  readonly timestamp: string;
  readonly record?: string;
  readonly version?: number;
  readonly match?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What a receiver does with a request: a status, or whatever it does with the response. */
export type Behaviour = (request: Received, response: ServerResponse) => number | void | Promise<number | void>;

/** A real receiver of webhooks on loopback. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** Everything, in the order of its arrival. */
  readonly received: Received[];
  /** How it answers. 204 until told otherwise. */
  behave(behaviour: Behaviour): void;
  /** Resolves once it has received that many. */
  has(count: number): Promise<void>;
  /** `type record version` of each. */
  summary(): readonly string[];
  /** Lets nobody connect any more. */
  close(): Promise<void>;
}

export async function startReceiver(behaviour: Behaviour = () => 204, port = 0): Promise<Receiver> {
  const received: Received[] = [];
  let behave = behaviour;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { headers, url: path = '' } = request;
      const one = { id: String(headers['webhook-id']), path, headers, body, message: JSON.parse(body) as Message };
      received.push(one);
      void Promise.resolve(behave(one, response)).then((status) => {
        if (typeof status === 'number') response.writeHead(status).end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    port: address.port,
    received,
    behave(next) {
      behave = next;
    },
    async has(count) {
      await until(`${count} deliveries`, () => received.length >= count);
    },
    summary: () => received.map(({ message: { type, record, version } }) => [type, record, version].filter(Boolean).join(' ')),
    close,
  };
}
