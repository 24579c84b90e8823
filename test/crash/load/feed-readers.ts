import { createHash } from 'node:crypto';
import type { ChangesPage, FeedEvent } from '@concord/protocol';
import type { ServerProcess } from '../../kit/server-process.ts';
import { BrokenPromise, expected, type Target } from './target.ts';

/** An event as a reader remembers it. */
export interface Seen {
  readonly id: string;
  readonly cursor: string;
  /** `<collection>/<record>`. */
  readonly record: string;
  readonly version: number;
  readonly type: string;
  readonly title: unknown;
  /** Of all that it said. */
  readonly digest: string;
}

/** One who reads the feed from its beginning, over all restarts, and remembers nothing but its cursor and what it saw. */
export interface FeedReader {
  readonly transport: string;
  readonly seen: readonly Seen[];
  readonly cursor: string;
  /** Reads on from the cursor until the server is gone. */
  follow(target: Target): Promise<void>;
}

type Server = Pick<ServerProcess, 'url'>;

/** Reads pages from `since` on, up to the end of the feed as it is then. */
export async function readFeed(
  server: Server,
  token: string,
  since: string,
): Promise<{ readonly seen: readonly Seen[]; readonly cursor: string }> {
  const seen: Seen[] = [];
  let cursor = since;
  for (;;) {
    const page = await readPage(server, token, `since=${cursor}&limit=1000`);
    seen.push(...page.results.map(remember));
    cursor = page.cursor;
    if (page.pending === 0) return { seen, cursor };
  }
}

/** `feed` is `poll` or `longpoll`. */
export function createPoller(feed: 'poll' | 'longpoll'): FeedReader {
  const seen: Seen[] = [];
  let cursor = '0';
  return {
    transport: feed,
    seen,
    get cursor() {
      return cursor;
    },
    async follow(target) {
      try {
        while (!target.ended) {
          const page = await readPage(target.server, target.token, `since=${cursor}&feed=${feed}&limit=37`);
          seen.push(...page.results.map(remember));
          cursor = page.cursor;
        }
      } catch (error) {
        expected(target, error);
      }
    },
  };
}

export function createStreamReader(): FeedReader {
  const seen: Seen[] = [];
  let cursor = '0';

  function take(frame: string): void {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
    const id = field('id');
    const name = field('event');
    if (name === 'reset') throw new BrokenPromise(`The stream could not be resumed: ${field('data')}`);
    if (name === undefined && id !== undefined) {
      const event = JSON.parse(field('data') ?? '') as FeedEvent;
      if (event.cursor !== id) throw new BrokenPromise(`Event ${event.id} came with the id ${id}`);
      seen.push(remember(event));
    }
    if (id !== undefined) cursor = id;
  }

  return {
    transport: 'sse',
    seen,
    get cursor() {
      return cursor;
    },
    async follow(target) {
      const first = cursor === '0' ? 'since=0' : '';
      const headers = { authorization: `Bearer ${target.token}`, ...(first === '' ? { 'last-event-id': cursor } : {}) };
      try {
        const response = await fetch(`${target.server.url}/api/v1/changes?feed=sse&${first}`, { headers });
        if (!response.ok) throw new BrokenPromise(`${response.status} ${await response.text()}`);
        const decoder = new TextDecoder();
        let text = '';
        for await (const chunk of response.body as ReadableStream<Uint8Array>) {
          text += decoder.decode(chunk, { stream: true });
          const frames = text.split('\n\n');
          // The last one is not whole yet.
          text = frames.pop() as string;
          for (const frame of frames) take(frame);
        }
        throw new Error('The stream has ended');
      } catch (error) {
        expected(target, error);
      }
    },
  };
}

async function readPage(server: Server, token: string, query: string): Promise<ChangesPage> {
  const response = await fetch(`${server.url}/api/v1/changes?${query}`, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new BrokenPromise(`${response.status} ${await response.text()}`);
  const page = (await response.json()) as ChangesPage;
  if (!page.resumed) throw new BrokenPromise(`The cursor could not be resumed: ${page.reset}`);
  return page;
}

function remember(event: FeedEvent): Seen {
  return {
    id: event.id,
    cursor: event.cursor,
    record: `${event.collection}/${event.record}`,
    version: event.version,
    type: event.type,
    title: event.data?.['title'],
    digest: createHash('sha256').update(JSON.stringify(event)).digest('base64url'),
  };
}
