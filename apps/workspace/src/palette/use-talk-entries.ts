import type { Person } from '@concord/client';
import { useClient, useMe } from '@concord/react';
import { useEffect, useMemo, useState } from 'react';
import { useToast } from '../components/toast.tsx';
import { markAllRead } from '../inbox/mark-all-read.ts';
import { openDirect } from '../rooms/open-direct.ts';
import type { RoomDialog } from '../rooms/room-sections.tsx';
import { hasDirect } from '../rooms/room-shape.ts';
import { useRooms } from '../rooms/rooms-provider.tsx';
import { go } from '../routes/location.ts';
import { recordPath } from '../routes/route.ts';
import { failureWords } from '../words/failure-words.ts';
import { singularOf, wordsOf } from '../words/words.ts';
import type { Entry } from './entries.ts';

const mostPeople = 50;

/** What the palette can do with rooms, people and what is new. */
export function useTalkEntries(onOpen: (dialog: RoomDialog) => void): readonly Entry[] {
  const client = useClient();
  const me = useMe()?.id;
  const { shape, all } = useRooms();
  const tell = useToast();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const isTalk = shape !== null;

  useEffect(() => {
    if (!isTalk) return;
    let isOver = false;
    client.people({ query: '', limit: mostPeople }).then(
      (found) => isOver || setPeople(found),
      // Without a network there are the rooms.
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [client, isTalk]);

  return useMemo(() => {
    if (shape === null) return [];
    const { name } = shape.collection;
    const word = singularOf(name);
    const fail = (error: unknown): void => tell({ text: failureWords(error), isBad: true });
    const rooms = all
      .filter(({ section }) => section !== 'direct')
      .map((room): Entry => ({
        key: `room-${room.id}`,
        label: room.title,
        hint: `Go to ${word}`,
        icon: room.section === 'support' ? 'support' : room.kind === 'private' ? 'lock' : 'hash',
        also: `go to ${word} ${room.topic}`,
        run: () => go(recordPath(name, room.id)),
      }));
    const direct = hasDirect(shape)
      ? people
          .filter(({ id }) => id !== me)
          .map((person): Entry => ({
            key: `person-${person.id}`,
            label: `Message ${person.name}`,
            hint: 'Direct',
            icon: 'chat',
            also: `${person.id} write direct`,
            run: () => void openDirect(client, shape, person.id).catch(fail),
          }))
      : [];
    return [
      ...rooms,
      ...direct,
      {
        key: 'browse',
        label: `Browse ${wordsOf(name).toLowerCase()}`,
        hint: 'Join',
        icon: 'search',
        run: () => onOpen('browse-rooms'),
      },
      {
        key: 'read',
        label: 'Mark all as read',
        hint: 'Inbox',
        icon: 'check',
        also: 'notifications unread',
        run: () => void markAllRead(client, client.inbox.get().items).catch(fail),
      },
    ] satisfies readonly Entry[];
  }, [shape, all, people, me, client, tell, onOpen]);
}
