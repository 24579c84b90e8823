import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import type { FeedEvent, RecordView } from '@concord/protocol';
import { openStream, readPage, type Stream } from '../kit/feed-readers.ts';
import guarded from '../kit/guarded.config.ts';
import { connected, flushed } from '../kit/providers.ts';
import { seededRandom, type Random } from '../kit/random.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const lead: TestUser = { user: 'lea', roles: ['member', 'lead'] };
const people: readonly TestUser[] = ['ann', 'ben', 'cleo'].map((user) => ({ user }));
const ids = ['p', 'q', 'r'];
/** What a reader may ask for; the last by a text, whose value before an event is not told with it. */
const filters = [
  '',
  "title < 't5'",
  "editors contains 'ann'",
  'budget > 500 or budget is null',
  "not updatedBy = 'ben'",
  "body contains 'x'",
];

/** What a reader holds who began with nothing and keeps to what it is told. */
class Copy {
  readonly user: string;
  readonly records: Map<string, RecordView> = new Map();

  readonly query: string;

  constructor({ user = '' }: TestUser, filter: string) {
    this.user = user;
    this.query = filter === '' ? 'collections=projects' : `collections=projects&filter=${encodeURIComponent(filter)}`;
  }

  hear(event: FeedEvent): void {
    if (event.match === 'leave') this.records.delete(event.record);
    else this.records.set(event.record, event.data as RecordView);
    const { data } = event;
    if (data === undefined) return;
    // What is told of a record lies within what it itself says of who may see it.
    const [members, editors] = [data['members'], data['editors']] as [string[], string[]];
    expect(data.createdBy === this.user || members.includes(this.user)).toBe(true);
    if (editors.includes(this.user)) return;
    expect(data).not.toHaveProperty('budget');
    expect(event.previous).not.toHaveProperty('budget');
  }
}

/** Reads on by poll and long poll, from where it was, whenever it feels like it. */
class Poller extends Copy {
  readonly as: TestUser;
  cursor = '0';

  constructor(as: TestUser, filter: string) {
    super(as, filter);
    this.as = as;
  }

  async read(server: TestServer, random: Random): Promise<void> {
    const page = await readPage(server, this.cursor, { as: this.as, query: `${this.query}&limit=${1 + random.below(5)}` });
    expect(page.resumed).toBe(true);
    for (const event of page.results) this.hear(event);
    this.cursor = page.cursor;
  }

  async catchUp(server: TestServer): Promise<void> {
    for (;;) {
      const page = await readPage(server, this.cursor, { as: this.as, query: this.query });
      for (const event of page.results) this.hear(event);
      this.cursor = page.cursor;
      if (page.pending === 0) return;
    }
  }
}

async function listOf(server: TestServer, as: TestUser, query = ''): Promise<Map<string, RecordView>> {
  const { items } = await server.json<{ items: RecordView[] }>('GET', `/records/projects?${query}`, undefined, as);
  return new Map(items.map((view) => [view.id, view]));
}

async function act(server: TestServer, random: Random): Promise<void> {
  const id = random.pick(ids);
  const path = `/records/projects/${id}`;
  const some = (): string[] => people.map(({ user = '' }) => user).filter(() => random.below(2) === 0);
  const attempt = async (method: string, where: string, body?: unknown, as: TestUser = lead): Promise<void> => {
    const response = await server.fetch(where, {
      method,
      as,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    await response.text();
    // What the state of things does not allow is refused; nothing fails.
    expect([200, 201, 204, 403, 404, 409, 410]).toContain(response.status);
  };
  const what = random.below(12);
  if (what === 0) await attempt('POST', '/records/projects', { id, title: 'new', members: some(), editors: some() });
  else if (what === 1) await attempt('DELETE', path);
  else if (what === 2) await attempt('POST', `${path}/restore`);
  else if (what <= 5) await attempt('PATCH', path, { members: some() });
  else if (what === 6) await attempt('PATCH', path, { editors: some(), title: `t${random.below(100)}` });
  else if (what === 7) await attempt('PATCH', path, { members: some(), editors: some() });
  else if (what === 8) await attempt('PATCH', path, { title: `t${random.below(100)}` }, random.pick(people));
  else if (what === 9) await attempt('PATCH', path, { budget: random.below(1000) }, random.pick(people));
  else if (what === 10) await attempt('PATCH', path, { body: random.pick(['x', 'yy', 'xyz', '']) }, random.pick(people));
  else if ((await listOf(server, lead)).has(id)) {
    const provider = await connected(server, `acme/projects/${id}/members`, { as: lead });
    const member = random.pick(people).user ?? '';
    const members = provider.document.getMap('members');
    if (members.has(member)) members.delete(member);
    else members.set(member, true);
    await flushed(provider);
    provider.destroy();
  }
}

it('[F5] everybody ends with what a list shows, whatever was given and taken, live and replayed, and is told of nothing else', async () => {
  const random = seededRandom();
  try {
    const server = await startServer({ config: guarded });
    const everyone = [...people, lead].map((as) => ({ as, filter: random.pick(filters) }));
    const streams: readonly (readonly [Stream, Copy])[] = await Promise.all(
      everyone.map(async ({ as, filter }) => {
        const copy = new Copy(as, filter);
        return [await openStream(server, '0', { as, query: copy.query }), copy] as const;
      }),
    );
    const pollers = everyone.map(({ as, filter }) => new Poller(as, filter));
    for (let step = 0; step < 150; step++) {
      await act(server, random);
      await random.pick(pollers).read(server, random);
    }
    for (const [index, { as, filter }] of everyone.entries()) {
      const [stream, copy] = streams[index] as readonly [Stream, Copy];
      const expected = await listOf(server, as, filter === '' ? '' : `filter=${encodeURIComponent(filter)}`);
      await until(`the stream of ${as.user} (${filter}) to be told everything`, () => {
        copy.records.clear();
        for (const event of stream.events) copy.hear(event);
        return isDeepStrictEqual(copy.records, expected);
      });
      for (const poller of [pollers[index] as Poller, new Poller(as, filter)]) {
        await poller.catchUp(server);
        expect(poller.records, `${as.user} (${filter}) by poll`).toEqual(expected);
      }
    }
  } catch (error) {
    throw new Error(`With CONCORD_SEED=${random.seed} again`, { cause: error });
  }
});
