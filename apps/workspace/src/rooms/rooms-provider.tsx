import type { QueryState } from '@concord/client';
import { useCollectionPresence, useInbox, useQuery } from '@concord/react';
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { RowRecord } from '../collection/pending-rows.ts';
import { useNames } from '../people/people.tsx';
import { isListed, peerIn, roomOf, type Room, type RoomSection } from './room.ts';
import type { RoomShape } from './room-shape.ts';

/** The rooms that one may see, and who is here. */
export interface Rooms {
  /** Null where people do not talk in rooms. */
  readonly shape: RoomShape | null;
  readonly phase: QueryState<never>['phase'];
  /** By their titles. */
  readonly all: readonly Room[];
  /** Those of the sidebar, in its order. */
  readonly listed: readonly Room[];
  /** Users who have a page open, and whether they are at it. */
  readonly here: ReadonlyMap<string, 'online' | 'away'>;
}

const nowhere: Rooms = { shape: null, phase: 'live', all: [], listed: [], here: new Map() };
const RoomsContext = createContext<Rooms>(nowhere);
/** More than these are found by searching. */
const mostRooms = 1000;
const sections: readonly RoomSection[] = ['rooms', 'direct', 'support'];

export function useRooms(): Rooms {
  return use(RoomsContext);
}

interface RoomsProviderProps {
  readonly shape: RoomShape | null;
  /** The id of who looks. */
  readonly me: string;
  readonly children: ReactNode;
}

export function RoomsProvider({ shape, me, children }: RoomsProviderProps): ReactNode {
  const [loaded, setLoaded] = useState(nowhere);
  const loading = useMemo<Rooms>(() => ({ ...nowhere, shape, phase: shape === null ? 'live' : 'loading' }), [shape]);
  // What is below stays as it is when the rooms come to be known.
  return (
    <RoomsContext value={loaded.shape === shape ? loaded : loading}>
      {shape !== null && <LoadRooms shape={shape} me={me} onRooms={setLoaded} />}
      {children}
    </RoomsContext>
  );
}

interface LoadRoomsProps {
  readonly shape: RoomShape;
  readonly me: string;
  onRooms(rooms: Rooms): void;
}

function LoadRooms({ shape, me, onRooms }: LoadRoomsProps): ReactNode {
  const { collection, members, title, topic, kind, archived, log } = shape;
  const fields = [title, topic, kind, archived, members.name].filter((name) => name !== null);
  const { items, phase } = useQuery<RowRecord>(collection.name, { fields, limit: mostRooms });
  const inbox = useInbox();
  const { others } = useCollectionPresence(collection.name);
  const peers = useMemo(
    () => [...new Set(items.map((row) => peerIn(shape, row, me)))].filter((peer) => peer !== undefined),
    [items, shape, me],
  );
  const names = useNames(peers);
  const here = useMemo(() => {
    const found = new Map<string, 'online' | 'away'>();
    // Who is away in one tab may be online in another.
    for (const { user, isAway } of others)
      if (isAway !== true || !found.has(user.id)) found.set(user.id, isAway ? 'away' : 'online');
    return found.set(me, 'online');
  }, [others, me]);

  const all = useMemo(() => {
    const news = new Map(
      inbox.items.filter((item) => item.collection === collection.name && item.log === log).map((item) => [item.record, item]),
    );
    const nameOf = (user: string): string => names.get(user) ?? user;
    return items
      .map((row) => roomOf(shape, row, { me, nameOf, item: news.get(row.id) }))
      .toSorted((a, b) => a.title.localeCompare(b.title));
  }, [items, inbox.items, names, shape, collection.name, log, me]);
  const listed = useMemo(
    () => sections.flatMap((section) => all.filter((room) => room.section === section && isListed(room))),
    [all],
  );
  useEffect(() => onRooms({ shape, phase, all, listed, here }), [onRooms, shape, phase, all, listed, here]);
  return null;
}
