import { WebSocket } from 'ws';
import type { RealtimeMessage, SubscribeRequest } from '@concord/protocol';
import type { Client } from './client.ts';
import type { Items } from './copy.ts';
import { BrokenPromise } from './request.ts';

/** One subscription on a realtime socket, until either side hangs up. */
export async function listen(client: Client): Promise<void> {
  const { spec, cursor } = client;
  const socket = new WebSocket(`${client.world.url.replace('http', 'ws')}/api/v1/realtime/ws?token=${client.token}`);
  let items: Items[number][] = [];
  /** A snapshot lies between this and `subscribed`. */
  let isListed = spec.snapshot && cursor === undefined;
  let work: Promise<void> = Promise.resolve();
  let failure: unknown;

  async function take(message: RealtimeMessage): Promise<void> {
    if (client.hangUp.signal.aborted) return;
    if ('subscription' in message) {
      const { subscription: _, ...event } = message;
      await client.hear(event);
    } else if (message.type === 'snapshot') {
      items.push(...message.items);
    } else if (message.type === 'reset') {
      if (!spec.snapshot) return client.reset(message.cursor);
      [isListed, items] = [true, []];
    } else if (message.type === 'subscribed') {
      if (!message.resumed) await client.reset(message.cursor, spec.snapshot ? items : undefined);
      else if (isListed) client.begin(message.cursor, items);
      else client.cursor = message.cursor;
      [isListed, items] = [false, []];
    } else if (message.type === 'error') throw new BrokenPromise(JSON.stringify(message));
  }

  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  // What cuts it shows as its end.
  socket.on('error', () => undefined);
  client.hangUp.signal.addEventListener('abort', () => socket.terminate());
  socket.on('open', () => {
    const request: SubscribeRequest = {
      action: 'subscribe',
      id: 's',
      ...(spec.collection === undefined ? {} : { collection: spec.collection }),
      ...(spec.filter === undefined ? {} : { filter: spec.filter }),
      ...(spec.snapshot ? { include: 'snapshot' } : {}),
      ...(cursor === undefined ? (spec.snapshot ? {} : { since: '0' }) : { since: cursor }),
    };
    socket.send(JSON.stringify(request));
  });
  // One after the other, as taking one in may take a request.
  socket.on('message', (data: Buffer) => {
    work = work
      .then(async () => {
        if (failure === undefined) await take(JSON.parse(data.toString()) as RealtimeMessage);
      })
      .catch((error: unknown) => {
        failure = error;
        socket.terminate();
      });
  });
  await closed;
  await work;
  if (failure !== undefined) throw failure as Error;
}
