import type { InboxItem } from '@concord/protocol';
import { expect, it } from 'vitest';
import { isListed, nextUnread, type Room } from './room.ts';

const item = (record: string, unread: number, more: Partial<InboxItem> = {}): InboxItem => ({
  collection: 'rooms',
  record,
  log: 'messages',
  head: 10,
  readSeq: 10 - unread,
  unread,
  mentions: 0,
  threads: [],
  isMuted: false,
  ...more,
});
const room = (id: string, more: Partial<Room> = {}): Room => ({
  id,
  section: 'rooms',
  title: id,
  topic: '',
  kind: 'public',
  isArchived: false,
  members: {},
  isMine: true,
  ...more,
});

it('goes to the next room with something new in it, around the end, and past those that are muted', () => {
  const rooms = [
    room('a', { item: item('a', 1) }),
    room('b'),
    room('c', { item: item('c', 2, { isMuted: true }) }),
    room('d', { item: item('d', 3) }),
  ];
  expect(nextUnread(rooms, 'a', 1)?.id).toBe('d');
  expect(nextUnread(rooms, 'd', 1)?.id).toBe('a');
  expect(nextUnread(rooms, 'a', -1)?.id).toBe('d');
  expect(nextUnread(rooms, null, 1)?.id).toBe('a');
  expect(nextUnread(rooms, null, -1)?.id).toBe('d');
  expect(nextUnread([room('a', { item: item('a', 1) })], 'a', 1)).toBeUndefined();
  expect(nextUnread([], null, 1)).toBeUndefined();
});

it('lists what one belongs to, who waits for an answer and what is new for one, and nothing else that is over', () => {
  expect(isListed(room('a'))).toBe(true);
  expect(isListed(room('a', { isMine: false }))).toBe(false);
  expect(isListed(room('a', { isMine: false, section: 'support' }))).toBe(true);
  expect(isListed(room('a', { isArchived: true }))).toBe(false);
  expect(isListed(room('a', { isMine: false, item: item('a', 1) }))).toBe(true);
});
