import type { InboxItem, InboxNotification } from '@concord/protocol';
import { expect, it } from 'vitest';
import { newsOf, type Heard } from './news.ts';

const item = (record: string, head: number, readSeq: number, isMuted = false): InboxItem => ({
  collection: 'rooms',
  record,
  log: 'messages',
  head,
  readSeq,
  unread: head - readSeq,
  mentions: 0,
  threads: [],
  isMuted,
});
const mention = (record: string, seq: number, isRead = false): InboxNotification => ({
  kind: 'mention',
  collection: 'rooms',
  record,
  log: 'messages',
  seq,
  author: 'ben',
  authorName: 'Ben',
  at: '2026-11-21T10:00:00.000Z',
  text: 'Hello',
  isRead,
});
const newsAfter = (before: Heard, after: Heard) =>
  newsOf(before, after).map((news) => (news.kind === 'message' ? news.item.record : news.notification.seq));
const heard = (direct: readonly InboxItem[], notifications: readonly InboxNotification[] = []): Heard => ({
  direct,
  notifications,
});

it('tells of mentions and of direct messages, each once', () => {
  const before = heard([item('direct-1', 2, 2)], [mention('shop', 4, true)]);
  const after = heard([item('direct-1', 3, 2)], [mention('shop', 6), mention('shop', 4, true)]);
  expect(newsAfter(before, after)).toEqual([6, 'direct-1']);
  expect(newsAfter(after, after)).toEqual([]);
});

it('tells of a mention in a direct message as of one thing', () => {
  expect(newsAfter(heard([item('direct-1', 2, 2)]), heard([item('direct-1', 3, 2)], [mention('direct-1', 3)]))).toEqual([3]);
});

it('tells of a room between two that was not there before', () => {
  expect(newsAfter(heard([]), heard([item('direct-1', 1, 0)]))).toEqual(['direct-1']);
});

it('tells of nothing that is read, marked as unread, or muted', () => {
  expect(newsAfter(heard([]), heard([], [mention('shop', 6, true)]))).toEqual([]);
  expect(newsAfter(heard([item('direct-1', 3, 3)]), heard([item('direct-1', 3, 1)]))).toEqual([]);
  expect(newsAfter(heard([item('direct-1', 2, 2, true)]), heard([item('direct-1', 3, 2, true)]))).toEqual([]);
});
