import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SlowProxyOptions {
  /** How long each byte is under way, in either direction. */
  readonly delayMs: number;
  /** How many bytes a second go through a connection, in either direction. */
  readonly bytesPerSecond: number;
}

/** A way to a server as over a bad telephone line: everything comes, in order, and late. */
export interface SlowProxy {
  readonly url: string;
  /** Lets nothing through, of what is open and what is to come, until it is called again. Nobody is told. */
  hold(held: boolean): void;
}

export async function startSlowProxy(server: { readonly url: string }, options: SlowProxyOptions): Promise<SlowProxy> {
  const to = new URL(server.url);
  const sockets = new Set<Socket>();
  let opened = Promise.withResolvers<void>();
  opened.resolve();

  const proxy = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        into.destroy();
      });
      carry(from, into);
    }
  });

  /** Each piece arrives once it and those before it have gone through, and the delay is over. */
  function carry(from: Socket, into: Socket): void {
    let isFreeAt = 0;
    let last = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      const now = performance.now();
      isFreeAt = Math.max(isFreeAt, now) + (piece.length / options.bytesPerSecond) * 1000;
      const arrival = new Promise((resolve) => setTimeout(resolve, isFreeAt + options.delayMs - now));
      last = Promise.all([last, arrival]).then(async () => {
        await opened.promise;
        if (!into.destroyed) into.write(piece);
      });
    });
    from.on('end', () => {
      last = last.then(() => void into.end());
    });
  }

  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    hold(held) {
      if (held) opened = Promise.withResolvers<void>();
      else opened.resolve();
    },
  };
}
