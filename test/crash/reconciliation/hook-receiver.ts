import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startRoughProxy } from '../../kit/rough-proxy.ts';
import type { Random } from '../load/random.ts';

/** Takes in a message. Its sender is told that it was taken once this resolves with true; else the connection is just cut. */
export type TakeMessage = (body: string) => Promise<boolean>;

/** Where the webhooks of all clients of a process lead, through a proxy that is rough, too. */
export interface HookReceiver {
  /** A new address at which messages are taken. */
  open(take: TakeMessage): { readonly url: string; close(): void };
  calm(): void;
  close(): Promise<void>;
}

export async function startHookReceiver(random: Random): Promise<HookReceiver> {
  const takers = new Map<string, TakeMessage>();
  let opened = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const take = takers.get(request.url?.split('?')[0] ?? '');
    if (take === undefined) response.writeHead(410).end();
    else if (await take(Buffer.concat(chunks).toString())) response.writeHead(204).end();
    else request.socket.destroy();
  }

  const server = createServer((request, response) => {
    // A request that was cut in the middle never was.
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // What fails is tried again after seconds, then minutes: fewer connections fail here than elsewhere.
  const proxy = await startRoughProxy({ to: (server.address() as AddressInfo).port, random, roughness: 0.1 });
  return {
    open(take) {
      const path = `/${opened++}`;
      takers.set(path, take);
      return { url: `http://127.0.0.1:${proxy.port}${path}`, close: () => takers.delete(path) };
    },
    calm: () => proxy.calm(),
    async close() {
      await proxy.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
