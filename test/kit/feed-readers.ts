import { EventSource } from 'eventsource';
import { onTestFinished } from 'vitest';
import type { ChangesPage, FeedEvent } from '@concord/protocol';
import { tokenFor, type TestUser } from './tokens.ts';
import { until } from './until.ts';

interface Server {
  readonly url: string;
  fetch(path: string, init?: RequestInit & { readonly as?: TestUser }): Promise<Response>;
}

export interface ReadOptions {
  readonly as?: TestUser | undefined;
  /** More parameters: `collections=tickets&limit=10`. */
  readonly query?: string;
}

/** One page, by poll or long poll. */
export async function readPage(
  server: Server,
  since: string,
  { as, query = '', feed = 'poll' }: ReadOptions & { readonly feed?: 'poll' | 'longpoll' } = {},
): Promise<ChangesPage> {
  const path = `/changes?feed=${feed}&since=${since}${query === '' ? '' : `&${query}`}`;
  const response = await server.fetch(path, as === undefined ? {} : { as });
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as ChangesPage;
}

/** Everything from there to the head, by poll. */
export async function readAll(server: Server, since = '0', options: ReadOptions = {}): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (let cursor = since; ;) {
    const page = await readPage(server, cursor, options);
    events.push(...page.results);
    cursor = page.cursor;
    if (page.pending === 0) return events;
  }
}

/** A stock EventSource, and what it has heard. */
export interface Stream {
  readonly source: EventSource;
  readonly events: FeedEvent[];
  /** The `id:` of each of them. */
  readonly ids: string[];
  /** The named frames: `resumed`, `reset`, `snapshot`, `heartbeat`, `expired`. */
  readonly named: { readonly name: string; readonly data: Record<string, string>; readonly id: string }[];
  /** Where it goes on when it comes back. */
  cursor(): string;
  /** Resolves once it has that many events. */
  has(count: number): Promise<void>;
}

/** Opens a stream as a browser does, the token in its address. Closed when the test is over. */
export async function openStream(server: Server, since: string, { as, query = '' }: ReadOptions = {}): Promise<Stream> {
  const more = query === '' ? '' : `&${query}`;
  const source = new EventSource(`${server.url}/api/v1/changes?feed=sse&since=${since}&token=${await tokenFor(as)}${more}`);
  onTestFinished(() => source.close());
  const stream: Stream = {
    source,
    events: [],
    ids: [],
    named: [],
    cursor: () => last,
    async has(count) {
      await until(`${count} events on the stream`, () => stream.events.length >= count);
    },
  };
  let last = since;
  source.addEventListener('message', ({ data, lastEventId }) => {
    last = lastEventId;
    stream.ids.push(lastEventId);
    stream.events.push(JSON.parse(data as string) as FeedEvent);
  });
  for (const name of ['resumed', 'reset', 'snapshot', 'heartbeat', 'expired']) {
    source.addEventListener(name, ({ data, lastEventId }) => {
      last = lastEventId;
      stream.named.push({ name, data: JSON.parse(data as string) as Record<string, string>, id: lastEventId });
    });
  }
  return stream;
}
