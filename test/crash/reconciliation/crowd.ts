import { randomFrom } from '../load/random.ts';
import { Client, type World } from './client.ts';
import type { ClientSpec, Report } from './client-spec.ts';
import { startHookReceiver } from './hook-receiver.ts';

/** Some of the clients, wherever they live. */
export interface Crowd {
  /** Load has ended, and connections are good from now on. Resolves once each client knows all, or something went wrong. */
  settle(): Promise<void>;
  /** What each of them says of itself as it is now. */
  report(): Promise<readonly Report[]>;
  close(): Promise<void>;
}

/** Clients that live in this process. */
export async function startCrowd(specs: readonly ClientSpec[], world: World, seed: number): Promise<Crowd> {
  const receiver = await startHookReceiver(randomFrom(seed));
  const clients = specs.map((spec) => new Client(spec, world, receiver));
  const running = clients.map(async (client) => client.run());
  return {
    async settle() {
      receiver.calm();
      for (const client of clients) client.settle();
      await Promise.all(running);
    },
    report: () => Promise.resolve(clients.map((client) => client.report())),
    async close() {
      for (const client of clients) client.leave();
      await Promise.all(running);
      await receiver.close();
    },
  };
}
