import { describe, expect, it } from 'vitest';
import type { LogPage, RecordView } from '@concord/protocol';
import config from '../../apps/workspace/concord.config.ts';
import { outcome } from '../kit/outcome.ts';
import { startServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';

const ada: TestUser = { account: 'demo', user: 'ada', roles: ['member', 'lead', 'admin'] };
const ben: TestUser = { account: 'demo', user: 'ben' };
const dan: TestUser = { account: 'demo', user: 'dan' };
const guest: TestUser = { account: 'demo', user: 'guest-krone', roles: ['guest'] };

describe('the rooms of the demo', () => {
  it('are seen by those who are in them, and by the team where they are open', async () => {
    const server = await startServer({ config, demo: true });
    const seen = async (as: TestUser): Promise<readonly string[]> => {
      const { items } = await server.json<{ items: readonly RecordView[] }>('GET', '/records/rooms', undefined, as);
      return items.map((room) => String(room['title'] ?? room['kind']));
    };
    const open = ['Bakery Krone', 'Front desk', 'Moving the archive', 'Shop floor'];
    expect((await seen(dan)).toSorted()).toEqual(open);
    expect((await seen(ben)).toSorted()).toEqual([...open, 'Festival posters', 'direct'].toSorted());
    expect((await seen(ada)).toSorted()).toEqual([...open, 'Festival posters', 'direct'].toSorted());
    expect(await seen(guest)).toEqual(['Bakery Krone']);
    expect(await server.json('GET', '/records/rooms/krone-asks', undefined, guest)).not.toHaveProperty('email');
  });

  it('are joined, changed and closed by whom one expects to', async () => {
    const server = await startServer({ config, demo: true });
    const at = '/records/rooms';
    expect(await outcome(server, ben, 'PUT', `${at}/front-desk/members/ben`)).toBe('200');
    expect(await outcome(server, ben, 'PUT', `${at}/archive-move/members/ben`)).toBe('forbidden');
    expect(await outcome(server, dan, 'PUT', `${at}/festival/members/dan`)).toBe('not_found');
    expect(await outcome(server, ben, 'PUT', `${at}/festival/members/dan`)).toBe('forbidden');
    expect(await outcome(server, ada, 'PUT', `${at}/festival/members/dan`)).toBe('200');
    expect(await outcome(server, dan, 'PUT', `${at}/krone-asks/members/dan`)).toBe('200');
    expect(await outcome(server, dan, 'PATCH', `${at}/front-desk`, { topic: 'x' })).toBe('forbidden');
    expect(await outcome(server, ada, 'PATCH', `${at}/front-desk`, { topic: 'x', slow: 5 })).toBe('200');
    expect(await outcome(server, ada, 'PATCH', `${at}/front-desk`, { kind: 'private' })).toBe('forbidden');
    expect(await outcome(server, ben, 'PATCH', `${at}/krone-asks`, { archived: true })).toBe('200');
    expect(await outcome(server, guest, 'PATCH', `${at}/krone-asks`, { archived: false })).toBe('forbidden');
    expect(await outcome(server, ben, 'POST', at, { id: 'own', kind: 'public', title: 'Own' })).toBe('201');
    expect(await outcome(server, ben, 'PATCH', `${at}/own`, { kind: 'private', title: 'Mine' })).toBe('200');
    expect(await outcome(server, ben, 'DELETE', `${at}/own`)).toBe('204');
    expect(await outcome(server, guest, 'POST', at, { title: 'x' })).toBe('forbidden');
  });

  it('hold what is said in them, the long history of one, too', async () => {
    const server = await startServer({ config, demo: true });
    const read = (room: string, query = ''): Promise<LogPage> =>
      server.json<LogPage>('GET', `/records/rooms/${room}/messages?${query}`, undefined, ada);
    const floor = await read('shop-floor');
    expect([floor.head, floor.items.length, floor.hasBefore]).toEqual([1000, 50, true]);
    const desk = await read('front-desk');
    expect(desk.items.map(({ authorName }) => authorName)).toContain('Dan');
    expect(desk.items.find(({ seq }) => seq === 3)).toMatchObject({
      thread: { count: 3, authors: ['dan', 'ada'] },
      reactions: { '👍': ['ada', 'dan'] },
      pinnedBy: 'chloe',
    });
    expect((await read('front-desk', 'pinned=true')).items).toHaveLength(1);
    expect((await read('krone-asks')).items[0]).toMatchObject({ author: 'guest-krone', authorName: 'Bakery Krone' });
    const times = [...floor.items, ...desk.items].map(({ at }) => Date.parse(at));
    expect(Math.max(...times)).toBeLessThan(Date.now());
    const comments = await server.json<LogPage>('GET', '/records/tickets/2/comments', undefined, ben);
    expect(comments.items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('have the one between two where either of them finds it', async () => {
    const server = await startServer({ config, demo: true });
    expect(await outcome(server, ada, 'POST', '/records/rooms/direct', { with: 'ben' })).toBe('200');
    expect(await outcome(server, ben, 'POST', '/records/rooms/direct', { with: 'ada' })).toBe('200');
    expect(await outcome(server, ben, 'POST', '/records/rooms/direct', { with: 'dan' })).toBe('201');
  });
});
