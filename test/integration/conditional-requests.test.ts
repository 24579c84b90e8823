import { describe, expect, it } from 'vitest';
import { connected, flushed } from '../kit/providers.ts';
import { startServer } from '../kit/server.ts';

const json = { 'content-type': 'application/json' };

describe('conditional requests', () => {
  it('write only what has the version, and of two writers only one', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    const patch = async (title: string, ifMatch: string): Promise<[number, string | null]> => {
      const response = await server.fetch('/records/tickets/t1', {
        method: 'PATCH',
        headers: { ...json, 'if-match': ifMatch },
        body: JSON.stringify({ title }),
      });
      return [response.status, response.headers.get('etag')];
    };
    expect(await patch('y', '"2"')).toEqual([412, null]);
    expect(await patch('y', '"1"')).toEqual([200, '"2"']);
    expect(await patch('z', '*')).toEqual([200, '"3"']);
    expect((await patch('z', '3'))[0]).toBe(400);
    const race = await Promise.all(Array.from({ length: 6 }, (_, index) => patch(`race ${index}`, '"3"')));
    expect(race.map(([status]) => String(status)).toSorted()).toEqual(['200', '412', '412', '412', '412', '412']);
    const stale = await server.fetch('/records/tickets/t1', { method: 'DELETE', headers: { 'if-match': '"3"' } });
    expect(stale.status).toBe(412);
    expect((await server.fetch('/records/tickets/t1', { method: 'DELETE', headers: { 'if-match': '"4"' } })).status).toBe(204);
  });

  it('are judged on what has been typed, also within a quiet period', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    const ann = await connected(server, 'acme/tickets/t1', { as: { user: 'ann' } });
    ann.document.getText('body').insert(0, 'typed');
    await flushed(ann);
    const response = await server.fetch('/records/tickets/t1', {
      method: 'PATCH',
      headers: { ...json, 'if-match': '"1"' },
      body: JSON.stringify({ title: 'y' }),
    });
    expect(response.status).toBe(412);
    expect(await server.json('GET', '/records/tickets/t1')).toMatchObject({ title: 'x', body: 'typed', version: 2 });
  });

  it('read only what is new', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    const first = await server.fetch('/records/tickets/t1');
    const etag = first.headers.get('etag') ?? '';
    const again = await server.fetch('/records/tickets/t1', { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', '"1"']);
    await server.json('PATCH', '/records/tickets/t1', { title: 'y' });
    const changed = await server.fetch('/records/tickets/t1', { headers: { 'if-none-match': etag } });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
  });
});
