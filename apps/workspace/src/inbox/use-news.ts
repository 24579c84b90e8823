import { useInbox } from '@concord/react';
import { useEffect, useMemo, useRef } from 'react';
import { setTabBadge } from '../components/tab-badge.ts';
import { useToast } from '../components/toast.tsx';
import { useNameOf } from '../people/people.tsx';
import { go } from '../routes/location.ts';
import { entryPath, recordPath } from '../routes/route.ts';
import { useRooms } from '../rooms/rooms-provider.tsx';
import type { User } from '../session/session.ts';
import { aOf } from '../words/words.ts';
import { createDeviceNotices, type DeviceNotices } from './device-notices.ts';
import { badgeOf } from './item-badge.ts';
import { newsOf, type Heard, type News } from './news.ts';
import { plainWords } from './text-parts.ts';

/** The record whose page is shown. */
interface ShownRecord {
  readonly collection: string;
  readonly id: string;
}

/** Tells, wherever one is, of mentions, answers and direct messages; says on the tab how much is new. */
export function useNews(user: User, shown: ShownRecord | null): void {
  const { items, notifications, phase } = useInbox();
  const rooms = useRooms();
  const nameOf = useNameOf();
  const tell = useToast();
  const notices = useRef<DeviceNotices>(undefined);
  const last = useRef<Heard>(undefined);

  useEffect(() => {
    const opened = createDeviceNotices(user);
    notices.current = opened;
    return () => opened.close();
  }, [user]);

  const count = items.reduce((sum, item) => sum + badgeOf(item).count, 0);
  useEffect(() => {
    setTabBadge(count);
    return () => setTabBadge(0);
  }, [count]);

  const heard = useMemo<Heard>(
    () => ({
      notifications,
      direct: rooms.all.flatMap(({ section, item }) => (section === 'direct' && item !== undefined ? [item] : [])),
    }),
    [notifications, rooms.all],
  );
  // What is there at first is no news: it is told of by badges.
  const isKnown = phase === 'live' && rooms.phase === 'live';
  useEffect(() => {
    if (!isKnown) return;
    const before = last.current;
    last.current = heard;
    if (before !== undefined) newsOf(before, heard).forEach(announce);
    // Each is told of once, when it has come, by what is shown then.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isKnown, heard]);

  function announce(news: News): void {
    const { collection, record } = news.kind === 'message' ? news.item : news.notification;
    const room = rooms.shape?.collection.name === collection ? rooms.all.find(({ id }) => id === record) : undefined;
    const path = news.kind === 'message' ? recordPath(collection, record) : entryPath(collection, record, news.notification);
    const title = titleOf(news, room?.title ?? aOf(collection), room?.peer !== undefined);
    const text = news.kind === 'message' ? '' : plainWords(news.notification.text, nameOf);
    const open = (): void => go(path);
    if (document.visibilityState === 'hidden')
      void notices.current?.show({ title, text, topic: `${collection}/${record}`, onPress: open }); // it is in the inbox in any case
    else if (shown?.collection !== collection || shown.id !== record)
      tell({ text: text === '' ? `${title}.` : `${title}: ${text}`, action: { label: 'Show', run: open } });
  }
}

function titleOf(news: News, place: string, isDirect: boolean): string {
  if (news.kind === 'message') return `${place} has written to you`;
  const { authorName } = news.notification;
  if (isDirect) return `${authorName} mentioned you`;
  return news.kind === 'mention' ? `${authorName} mentioned you in ${place}` : `${authorName} answered in ${place}`;
}
