import { useMemo, type ReactNode } from 'react';
import { RecordTitle } from '../collection/record-title.tsx';
import { useRooms } from '../rooms/rooms-provider.tsx';

/** What a record is called where something is said in it. */
export function RecordName({ collection, id }: { collection: string; id: string }): ReactNode {
  const { shape, all } = useRooms();
  const room = useMemo(
    () => (shape?.collection.name === collection ? all.find((each) => each.id === id) : undefined),
    [shape, all, collection, id],
  );
  return room === undefined ? <RecordTitle collection={collection} id={id} /> : room.title;
}
