import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from './jobs.ts';
import { request } from './request.ts';
import { signToken } from './tokens.ts';

/** Receives webhooks on loopback, and answers each at once. */
export interface Receiver {
  readonly port: number;
  close(): void;
}

const marker = '"seq":';

/** `onEvent` is told the receiver's path and the `seq` of the record. */
export async function startReceiver(onEvent: (path: string, seq: number) => void): Promise<Receiver> {
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('latin1');
    incoming.on('data', (chunk: string) => void (body += chunk));
    incoming.on('end', () => {
      onEvent(incoming.url ?? '', Number.parseInt(body.slice(body.indexOf(marker) + marker.length), 10));
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Has everything from `since` on sent to that path of the receiver. */
export async function addWebhook(endpoint: Endpoint, receiver: Receiver, path: string, since: '0' | 'now'): Promise<void> {
  const token = signToken(endpoint.secret ?? '', 'ada', ['member', 'admin']);
  await request(endpoint, token, 'POST', '/webhooks', { url: `http://127.0.0.1:${receiver.port}${path}`, since });
}
