import { useClient } from '@concord/react';
import { useState, type ReactNode } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { useToast } from '../components/toast.tsx';
import { Link } from '../routes/link.tsx';
import { go } from '../routes/location.ts';
import { listPath, recordPath } from '../routes/route.ts';
import { failureWords } from '../words/failure-words.ts';
import { wordsOf } from '../words/words.ts';
import type { RoomShape } from './room-shape.ts';
import { RoomMark } from './room-sections.tsx';
import type { Room } from './room.ts';
import { useRooms } from './rooms-provider.tsx';

/** The rooms that one may see, to join or to look into. */
export function BrowseRooms({ shape, onClose }: { shape: RoomShape; onClose(): void }): ReactNode {
  const client = useClient();
  const tell = useToast();
  const { all, phase } = useRooms();
  const [query, setQuery] = useState('');
  const { collection } = shape;
  const words = wordsOf(collection.name);
  const wanted = query.trim().toLowerCase();
  const rooms = all
    .filter(({ section }) => section === 'rooms')
    .filter(({ title, topic }) => `${title} ${topic}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => Number(a.isArchived) - Number(b.isArchived));

  function join(room: Room): void {
    client
      .members(collection.name, room.id)
      .join()
      .then(
        () => {
          onClose();
          go(recordPath(collection.name, room.id));
        },
        (error: unknown) => tell({ text: failureWords(error), isBad: true }),
      );
  }

  return (
    <Dialog title={`Browse ${words.toLowerCase()}`} testId="browse-rooms" onClose={onClose}>
      <input
        className="input"
        type="search"
        aria-label={`Find in ${words.toLowerCase()}`}
        placeholder="Find by title or topic"
        autoFocus
        value={query}
        onChange={({ target }) => setQuery(target.value)}
      />
      <ul className="room-list">
        {rooms.map((room) => (
          <li key={room.id} data-room={room.id}>
            <RoomMark room={room} />
            <span className="room-list-words">
              <Link to={recordPath(collection.name, room.id)} onClick={onClose}>
                {room.title}
              </Link>
              <span className="quiet small clip">
                {[room.isArchived ? 'Archived' : '', membersOf(room), room.topic].filter((part) => part !== '').join(' · ')}
              </span>
            </span>
            {room.isMine ? (
              <span className="quiet small">Joined</span>
            ) : (
              !room.isArchived && (
                <button type="button" className="button button-small" onClick={() => join(room)}>
                  Join<span className="hidden"> {room.title}</span>
                </button>
              )
            )}
          </li>
        ))}
      </ul>
      {rooms.length === 0 && (
        <p className="quiet" role="status">
          {phase === 'loading' ? 'Loading…' : wanted === '' ? `There are no ${words.toLowerCase()} yet.` : 'Nothing fits.'}
        </p>
      )}
      <footer className="dialog-foot">
        <Link className="button button-quiet" to={listPath(collection.name)} onClick={onClose}>
          All as a table
        </Link>
      </footer>
    </Dialog>
  );
}

function membersOf({ members }: Room): string {
  const count = Object.keys(members).length;
  return count === 1 ? '1 member' : `${count} members`;
}
