import { expect, it } from 'vitest';
import { entryPath, listPath, recordPath, routeOf } from './route.ts';

const parse = (address: string) => {
  const url = new URL(address, 'http://x');
  return routeOf(url.pathname, url.search);
};

it('leads to lists and records, and back', () => {
  const view = { filter: "title contains 'a&b' and estimate >= 3", sort: '-priority,title' };
  expect(parse(listPath('tickets', view))).toEqual({ page: 'list', collection: 'tickets', view });
  expect(parse(recordPath('tickets', 'a-1', view))).toEqual({ page: 'record', collection: 'tickets', id: 'a-1', view });
  expect(listPath('tickets')).toBe('/c/tickets');
  const entry = { log: 'messages', seq: 12 };
  expect(parse(entryPath('rooms', 'a-1', entry))).toMatchObject({ page: 'record', collection: 'rooms', id: 'a-1', entry });
  expect(parse('/')).toEqual({ page: 'home' });
});

it.each([
  '/c/Not-a-name',
  '/c/tickets/a/b',
  '/elsewhere',
  '/c/tickets/%2e%2e',
  '/c',
  '/c/tickets/batch',
  '/c/rooms/a/messages/0',
  '/c/rooms/a/messages/1e3',
  '/c/rooms/a/Not-a-name/1',
  '/c/rooms/a/messages/1/2',
])('leads nowhere from %s', (address) => {
  expect(parse(address).page).toBe('nowhere');
});
