import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { FeedEvent } from '@concord/protocol';

/** One block of an event stream. */
export interface Frame {
  readonly event?: string;
  readonly id?: string;
  readonly data?: string;
  readonly retry?: string;
}

/** Reads an event stream frame by frame. */
export interface StreamReader {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The next frame that has not been taken yet; undefined once the stream has ended. */
  next(): Promise<Frame | undefined>;
  /** The next change; heartbeats and the like before it are passed over. */
  change(): Promise<FeedEvent>;
  /** Resolves when the other side has ended the stream, in whatever way. */
  readonly ended: Promise<void>;
  /** Takes nothing more from the socket. */
  pause(): void;
  resume(): void;
  close(): void;
}

export async function openStream(url: string, headers: Record<string, string>): Promise<StreamReader> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject);
  });
  const frames: Frame[] = [];
  let wake = () => {};
  let over = false;
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() as string;
    frames.push(...blocks.map(parseFrame));
    wake();
  });
  const ended = new Promise<void>((resolve) => {
    response.on('error', () => {});
    response.on('close', () => {
      over = true;
      wake();
      resolve();
    });
  });

  async function next(): Promise<Frame | undefined> {
    while (frames.length === 0 && !over) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return frames.shift();
  }

  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    next,
    async change() {
      for (;;) {
        const frame = await next();
        if (frame === undefined) throw new Error('The stream ended');
        if (frame.event === undefined && frame.data !== undefined) return JSON.parse(frame.data) as FeedEvent;
      }
    },
    ended,
    pause: () => {
      response.pause();
    },
    resume: () => {
      response.resume();
    },
    close: () => {
      response.destroy();
    },
  };
}

function parseFrame(block: string): Frame {
  return Object.fromEntries(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
}
