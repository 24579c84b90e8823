import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface Chance {
  /** From 0 to `below - 1`. */
  below(below: number): number;
  chance(probability: number): boolean;
}

export interface RoughProxyOptions {
  /** The port on loopback that it leads to. */
  readonly to: number;
  readonly random: Chance;
  /** How many of the connections meet with something, from 0 to 1. */
  readonly roughness: number;
}

/**
 * A way to a port that is not to be relied on. Of its connections some are cut after so many bytes, in the middle of
 * whatever that is, in either direction; some bring everything late; some bring it in small pieces.
 */
export interface RoughProxy {
  readonly port: number;
  /** How many connections it has cut. */
  readonly cuts: number;
  /** Cuts each connection that there is, with that probability. */
  cut(probability: number): void;
  /** From now on it brings everything as it came; connections that are there already, too. */
  calm(): void;
  close(): Promise<void>;
}

const maxDelayMs = 40;
const pieceBytes = 7;

/** What is done to one direction of a connection. */
interface Fate {
  /** So many bytes are let through, then it is cut. */
  readonly cutAfter?: number;
  readonly delayMs?: number;
  readonly inPieces?: boolean;
}

export async function startRoughProxy({ to, random, roughness }: RoughProxyOptions): Promise<RoughProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isCalm = false;
  let cuts = 0;

  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      // A reset is what is to be had here.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        for (const one of pair) one.destroy();
      });
    }
    const isRough = !isCalm && random.chance(roughness);
    void carry(near, far, isRough && random.chance(0.3) ? fate() : {});
    void carry(far, near, isRough ? fate() : {});
  });

  function fate(): Fate {
    // As likely among the first hundred bytes as among the next nine hundred, and so on.
    if (random.chance(0.6)) return { cutAfter: Math.floor(10 ** (1 + random.below(3500) / 1000)) };
    if (random.chance(0.7)) return { delayMs: 1 + random.below(maxDelayMs) };
    return { inPieces: true };
  }

  /** Carries what comes from one socket to the other, no faster than that takes it. */
  async function carry(from: Socket, into: Socket, { cutAfter = Infinity, delayMs = 0, inPieces = false }: Fate): Promise<void> {
    let left = cutAfter;
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (delayMs > 0 && !isCalm) await new Promise((resolve) => setTimeout(resolve, delayMs));
        const step = inPieces && !isCalm ? pieceBytes : chunk.length;
        for (let at = 0; at < chunk.length; at += step) {
          const piece = chunk.subarray(at, Math.min(at + step, chunk.length));
          if (piece.length > left && !isCalm) {
            cuts++;
            await write(into, piece.subarray(0, left));
            // Half of the time the other side is told, as by a proxy that ends; else it just sees a reset.
            if (random.chance(0.5)) into.destroySoon();
            else into.resetAndDestroy();
            return;
          }
          left -= piece.length;
          await write(into, piece);
        }
      }
      into.end();
    } catch {
      // One of them is gone: both are closed with it.
      into.destroy();
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get cuts() {
      return cuts;
    },
    cut(probability) {
      for (const [near, far] of pairs) {
        if (!random.chance(probability)) continue;
        cuts++;
        if (random.chance(0.5)) near.destroy();
        else far.resetAndDestroy();
      }
    },
    calm() {
      isCalm = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const [near, far] of pairs) {
          near.destroy();
          far.destroy();
        }
      }),
  };
}

async function write(into: Socket, bytes: Buffer): Promise<void> {
  if (into.destroyed) throw new Error('gone');
  if (into.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      into.off('drain', done);
      into.off('close', done);
      resolve();
    };
    into.on('drain', done);
    into.on('close', done);
  });
}
