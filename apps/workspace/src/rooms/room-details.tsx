import { useClient } from '@concord/react';
import type { ReactNode } from 'react';
import { Dialog } from '../components/dialog.tsx';
import '../components/elements.ts';
import type { RoomShape } from './room-shape.ts';

interface RoomDetailsProps {
  readonly shape: RoomShape;
  readonly id: string;
  readonly title: string;
  onClose(): void;
}

/** What a room is about: its fields, live, as on the page of any record. */
export function RoomDetails({ shape, id, title, onClose }: RoomDetailsProps): ReactNode {
  const client = useClient();
  const { collection, members } = shape;
  return (
    <Dialog title={`About ${title}`} testId="room-details" onClose={onClose}>
      <concord-record bare client={client} collection={collection.name} record={id} className="room-details">
        {[...collection.fields.keys()]
          .filter((name) => name !== members.name)
          .map((name) => (
            <concord-field key={name} field={name} />
          ))}
      </concord-record>
    </Dialog>
  );
}
