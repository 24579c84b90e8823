import { describe, expect, it } from 'vitest';
import { collection, defineConfig, field, refuse, type Hooks } from '@concord/schema';
import { openStream, readAll } from '../kit/feed-readers.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connected, connectedYjs, flushed, openSocket } from '../kit/providers.ts';
import { openRealtime } from '../kit/realtime-client.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const withHooks = (hooks: Hooks): unknown =>
  defineConfig({
    collections: {
      tickets: collection({
        fields: {
          title: field.string(),
          estimate: field.number(),
          salary: field.number({ access: { read: ['hr'], write: ['hr'] } }),
        },
        createOnConnect: true,
        quietMs: 10,
        maxQuietMs: 20,
      }),
    },
    hooks,
  });

describe('hooks about connections', () => {
  it('hear who connects by what, what is opened and asked for, and the end of each', async () => {
    const heard: string[] = [];
    const of = ({ connection }: { connection: { transport: string; user: { id: string } } }): string =>
      `${connection.transport} ${connection.user.id}`;
    const about = (subscription: object): string =>
      'document' in subscription ? String(subscription.document) : String((subscription as { id: string }).id);
    const server = await startServer({
      config: withHooks({
        onConnect: (event) => heard.push(`${of(event)} connects`),
        onDisconnect: (event) => heard.push(`${of(event)} is gone`),
        onSubscribe: (event) => heard.push(`${of(event)} opens ${about(event.subscription)}`),
        onUnsubscribe: (event) => heard.push(`${of(event)} leaves ${about(event.subscription)}`),
        onMessage: (event) => heard.push(`${of(event)} says ${event.message.action}`),
      }),
    });
    const has = (...lines: readonly string[]): Promise<unknown> =>
      until(lines.join(), () => lines.every((line) => heard.includes(line)));

    const socket = openSocket(server);
    const provider = await connected(server, 'acme/tickets/a', { socket, as: { user: 'ann' } });
    await has('sync ann connects', 'sync ann opens acme/tickets/a');
    provider.destroy();
    await has('sync ann leaves acme/tickets/a');
    expect(heard).not.toContain('sync ann is gone');
    socket.destroy();
    await has('sync ann is gone');

    const yjs = await connectedYjs(server, 'acme/tickets/b', { as: { user: 'ben' } });
    yjs.destroy();
    await has('yjs ben connects', 'yjs ben opens acme/tickets/b', 'yjs ben leaves acme/tickets/b', 'yjs ben is gone');

    const realtime = await openRealtime(server, { as: { user: 'cleo' } });
    await realtime.next('authenticated');
    realtime.send(
      { action: 'subscribe', id: 's', collection: 'tickets' },
      { action: 'ping' },
      { action: 'unsubscribe', id: 's' },
    );
    await realtime.next('unsubscribed');
    realtime.send({ action: 'subscribe', id: 't' });
    await realtime.next('pong');
    await realtime.next('subscribed');
    realtime.socket.close();
    await has(
      'realtime cleo connects',
      'realtime cleo says ping',
      'realtime cleo opens s',
      'realtime cleo leaves s',
      'realtime cleo is gone',
    );
    expect(heard.filter((line) => line.startsWith('realtime') && / leaves /.test(line)).length).toBe(
      heard.filter((line) => line.startsWith('realtime') && / opens /.test(line)).length,
    );

    const stream = await openStream(server, 'now', { as: { user: 'dan' } });
    await has('sse dan connects', 'sse dan opens sse');
    stream.source.close();
    await has('sse dan leaves sse', 'sse dan is gone');
  });
});

describe('a hook in front of changes', () => {
  it('may refuse what is written by request, by name, and nothing of it is done', async () => {
    const asked: unknown[] = [];
    const server = await startServer({
      config: withHooks({
        beforeChange({ operation, record, user, before, values }) {
          asked.push([operation, record, user.id, before?.['title'], values]);
          if (values['title'] === 'forbidden') refuse('No such title, please.', 'title');
          if (operation === 'delete') refuse('Nothing is deleted here.');
        },
      }),
    });
    const ann = { user: 'ann' };
    await server.json('POST', '/records/tickets', { id: 'a', title: 'fine' }, ann);
    await server.json('PATCH', '/records/tickets/a', { title: 'finer' }, ann);
    const refusal = async (method: string, path: string, body?: unknown): Promise<unknown> => {
      const response = await server.fetch(path, {
        method,
        as: ann,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const { code, message, field } = ((await response.json()) as { error: { code: string; message: string; field?: string } })
        .error;
      return [response.status, code, message, field];
    };
    expect(await refusal('PATCH', '/records/tickets/a', { title: 'forbidden' })).toEqual([
      422,
      'change_refused',
      'No such title, please.',
      'title',
    ]);
    expect(await refusal('POST', '/records/tickets/batch', { records: [{ title: 'x' }, { title: 'forbidden' }] })).toEqual([
      422,
      'change_refused',
      'No such title, please.',
      'records.1.title',
    ]);
    expect(await refusal('DELETE', '/records/tickets/a')).toEqual([422, 'change_refused', 'Nothing is deleted here.', undefined]);
    // What is refused anyway is not asked about.
    const before = asked.length;
    expect(await refusal('PATCH', '/records/tickets/none', { title: 'x' })).toContain('not_found');
    expect(await refusal('POST', '/records/tickets', { id: 'a', title: 'x' })).toContain('record_exists');
    expect(asked.length).toBe(before);
    expect(asked.slice(0, 2)).toEqual([
      ['create', 'a', 'ann', undefined, { title: 'fine' }],
      ['update', 'a', 'ann', 'fine', { title: 'finer' }],
    ]);
    expect((await readAll(server)).map(({ data }) => data?.['title'])).toEqual(['fine', 'finer']);
    // An edit in a document is not asked about: the schema and access are what holds for it.
    const provider = await connected(server, 'acme/tickets/a', { as: ann });
    provider.document.getMap('fields').set('title', 'forbidden');
    await flushed(provider);
    await until('it to be told', async () => (await readAll(server)).at(-1)?.data?.['title'] === 'forbidden');
  });

  it('that fails or takes too long refuses, and holds up nobody else', async () => {
    const clock = handClock();
    const lines: Record<string, unknown>[] = [];
    const server = await startServer({
      clock,
      onLog: (line) => lines.push(line),
      config: withHooks({
        beforeChange: ({ record }) => {
          if (record === 'throws') throw new Error('a hook with a mistake');
          return record === 'hangs' ? new Promise(() => undefined) : undefined;
        },
      }),
    });
    const create = (id: string): Promise<Response> =>
      server.fetch('/records/tickets', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id, title: 'x' }),
      });
    expect((await create('throws')).status).toBe(500);
    const hanging = create('hangs');
    expect((await create('fine')).status).toBe(201);
    let status: number | undefined;
    void hanging.then((response) => (status = response.status));
    await until('the hook to be given up', () => {
      clock.advance(1000);
      return status !== undefined;
    });
    expect(await (await hanging).json()).toMatchObject({ error: { code: 'hook_failed' } });
    expect((await readAll(server)).map(({ record }) => record)).toEqual(['fine']);
    expect(lines.filter(({ msg, hook }) => msg === 'a hook has failed' && hook === 'beforeChange')).toHaveLength(2);
  });
});

describe('a hook behind changes', () => {
  it('hears of each, however it was made, with all that there is; and harms nobody when it fails', async () => {
    const heard: unknown[] = [];
    const lines: Record<string, unknown>[] = [];
    const server = await startServer({
      onLog: (line) => lines.push(line),
      config: withHooks({
        async afterChange({ account, type, record, changed, actors, data }) {
          heard.push([account, type, record, changed, actors, data?.['salary']]);
          await Promise.reject(new Error('a hook with a mistake'));
        },
      }),
    });
    const hr = { user: 'hanna', roles: ['hr'] };
    await server.json('POST', '/records/tickets', { id: 'a', title: 'x', salary: 3 }, hr);
    const provider = await connected(server, 'acme/tickets/a', { as: { user: 'ann' } });
    provider.document.getMap('fields').set('title', 'y');
    await flushed(provider);
    await until('both to be told', () => heard.length === 2);
    await server.json('DELETE', '/records/tickets/a', undefined, hr);
    await until('all to be told', () => heard.length === 3);
    expect(heard).toEqual([
      ['acme', 'tickets.create', 'a', ['title', 'estimate', 'salary'], ['hanna'], 3],
      ['acme', 'tickets.update', 'a', ['title'], ['ann'], 3],
      ['acme', 'tickets.delete', 'a', [], ['hanna'], 3],
    ]);
    await until('all failures to be logged', () => lines.filter(({ hook }) => hook === 'afterChange').length === 3);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });
});
