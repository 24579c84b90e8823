import { setTimeout as after } from 'node:timers/promises';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { ServerProcess } from '../../kit/server-process.ts';
import { tokenFor, type TestUser } from '../../kit/tokens.ts';
import type { Random } from '../load/random.ts';
import { lastRecord } from './client-spec.ts';
import { people } from './population.ts';

export const lead: TestUser = { user: 'lea', roles: ['member', 'lead', 'auditor'], expiresIn: 24 * 3600 };
const member: TestUser = { user: 'max', roles: ['member'], expiresIn: 24 * 3600 };
const collections = ['tickets', 'notes', 'projects'] as const;
/** There are so many of each to begin with. */
const recordsOfEach = 12;
/** Between what one of them does and the next. */
const maxPauseMs = 40;
/** More than fits into an event. */
const hugeChars = 70_000;
/** What the state of things does not allow is refused. */
const refusals = new Set([403, 404, 409, 410]);

/** Some who write to the server. */
export interface Load {
  /** What has been answered so far. */
  readonly written: number;
  /** Makes the first records. */
  begin(server: ServerProcess): Promise<void>;
  /** Everybody writes until told to stop, or until the server is gone. */
  write(server: ServerProcess, ended: () => boolean): Promise<void>;
  /** The last that happens to each collection. */
  finish(server: ServerProcess): Promise<void>;
}

export function createLoad(random: Random): Load {
  const first = Array.from({ length: recordsOfEach }, (_, index) => `r${index}`);
  /** Of all collections. */
  const ids = [...first];
  const some = (of: readonly string[]): string[] => of.filter(() => random.chance(0.5));
  let written = 0;
  let made = 0;

  function fieldsOf(collection: (typeof collections)[number]): Record<string, unknown> {
    const title = `title ${random.below(100)}`;
    if (collection === 'notes') return { title, ...(random.chance(0.3) ? { body: random.pick(['', 'a', 'e', 'the']) } : {}) };
    if (collection === 'projects')
      return random.pick([
        { members: some(people) },
        { title, members: some(people) },
        { budget: random.below(100) },
        { editors: ['lea', ...some(people)] },
        { title, members: some(people), editors: ['lea', ...some(people)] },
      ]);
    const body = random.chance(0.05) ? { body: 'x'.repeat(hugeChars) } : {};
    return random.pick([
      { title },
      { status: random.pick(['open', 'waiting', 'closed']) },
      { estimate: random.below(100) },
      { title, ...body },
    ]);
  }

  async function send(server: ServerProcess, as: TestUser, method: string, path: string, body?: unknown): Promise<void> {
    const response = await server.fetch(`/records/${path}`, {
      method,
      as,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok && !refusals.has(response.status)) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    written++;
  }

  async function create(server: ServerProcess, collection: (typeof collections)[number], id: string): Promise<void> {
    const { budget: _, ...fields } = fieldsOf(collection);
    if (!ids.includes(id)) ids.push(id);
    await send(server, lead, 'POST', collection, { id, ...fields });
  }

  async function act(server: ServerProcess): Promise<void> {
    const collection = random.pick(collections);
    const id = random.pick(ids);
    const as = collection === 'projects' || random.chance(0.5) ? lead : member;
    const what = random.below(12);
    if (what === 0) await create(server, collection, `n${made++}`);
    else if (what === 1) await send(server, lead, 'DELETE', `${collection}/${id}`);
    else if (what <= 3) await send(server, lead, 'POST', `${collection}/${id}/restore`);
    else if (what === 4) await send(server, lead, 'PATCH', `tickets/${id}`, { cost: random.below(100) });
    else await send(server, as, 'PATCH', `${collection}/${id}`, fieldsOf(collection));
  }

  /** Types into notes, as somebody in a browser does. */
  async function type(server: ServerProcess, ended: () => boolean): Promise<void> {
    const socket = new HocuspocusProviderWebsocket({ url: `${server.wsUrl}/sync`, WebSocketPolyfill: WebSocket });
    const token = await tokenFor(member);
    const documents = ['t0', 't1', 't2'].map((id) => {
      const document = new Y.Doc();
      const provider = new HocuspocusProvider({ name: `acme/notes/${id}`, document, token, websocketProvider: socket });
      provider.attach();
      return { document, provider };
    });
    while (!ended()) {
      const { document, provider } = random.pick(documents);
      const text = document.getText('body');
      if (provider.isSynced && text.length > 20) text.delete(0, 15);
      else if (provider.isSynced) text.insert(random.below(text.length + 1), random.pick(['a', 'e', 'some ', 'words ']));
      await after(random.below(3 * maxPauseMs));
    }
    for (const { document, provider } of documents) {
      provider.destroy();
      document.destroy();
    }
    socket.destroy();
  }

  async function writeOn(server: ServerProcess, ended: () => boolean): Promise<void> {
    while (!ended()) {
      try {
        await act(server);
      } catch (error) {
        if (!ended()) throw error;
      }
      await after(random.below(maxPauseMs));
    }
  }

  return {
    get written() {
      return written;
    },
    async begin(server) {
      for (const collection of collections) for (const id of first) await create(server, collection, id);
    },
    async write(server, ended) {
      await Promise.all([writeOn(server, ended), writeOn(server, ended), writeOn(server, ended), type(server, ended)]);
    },
    async finish(server) {
      // A request closes the quiet time of what was typed before.
      for (const id of ['t0', 't1', 't2']) await send(server, lead, 'PATCH', `notes/${id}`, { title: 'typed' });
      await send(server, lead, 'POST', 'tickets', { id: lastRecord, title: 'end', status: 'open', estimate: 100 });
      await send(server, lead, 'POST', 'notes', { id: lastRecord, title: 'end', body: 'the end' });
      await send(server, lead, 'POST', 'projects', { id: lastRecord, title: '1', members: people });
    },
  };
}
