import type { ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { Icon } from '../components/icons.tsx';
import { Menu } from '../components/menu.tsx';
import { CountBadge } from '../inbox/count-badge.tsx';
import { badgeOf } from '../inbox/item-badge.ts';
import { personOf } from '../people/person.ts';
import { Link } from '../routes/link.tsx';
import { recordPath } from '../routes/route.ts';
import { singularOf, wordsOf } from '../words/words.ts';
import { hasDirect } from './room-shape.ts';
import type { Room } from './room.ts';
import { useRooms } from './rooms-provider.tsx';

export type RoomDialog = 'new-room' | 'browse-rooms' | 'message';

interface RoomSectionsProps {
  /** The room that is shown. */
  readonly current: string | null;
  onOpen(dialog: RoomDialog): void;
  onChosen(): void;
}

/** The rooms of the sidebar: those one is in, the people one writes to, the visitors who ask. */
export function RoomSections({ current, onOpen, onChosen }: RoomSectionsProps): ReactNode {
  const { shape, listed, phase } = useRooms();
  if (shape === null) return null;
  const { collection } = shape;
  const words = wordsOf(collection.name);
  const word = singularOf(collection.name);
  const support = listed.filter(({ section }) => section === 'support');
  const linksOf = (rooms: readonly Room[]): ReactNode =>
    rooms.map((room) => (
      <RoomLink key={room.id} collection={collection.name} room={room} isCurrent={room.id === current} onChosen={onChosen} />
    ));
  return (
    <>
      <Section
        title={words}
        tool={
          <Menu
            className="button button-icon section-tool"
            button={<Icon name="plus" />}
            buttonLabel={`New ${word}, or more ${words.toLowerCase()}`}
            testId="rooms-menu"
            align="end"
            items={[
              ...(collection.may.create === false ? [] : [{ key: 'new', label: `New ${word}…`, run: () => onOpen('new-room') }]),
              { key: 'browse', label: `Browse ${words.toLowerCase()}…`, run: () => onOpen('browse-rooms') },
            ]}
          />
        }
      >
        {linksOf(listed.filter(({ section }) => section === 'rooms'))}
        {phase !== 'loading' && listed.every(({ section }) => section !== 'rooms') && (
          <li>
            <button type="button" className="section-hint" onClick={() => onOpen('browse-rooms')}>
              Find one to join
            </button>
          </li>
        )}
      </Section>
      {hasDirect(shape) && (
        <Section
          title="Direct messages"
          tool={
            <button
              type="button"
              className="button button-icon section-tool"
              aria-label="Write to somebody"
              title="Write to somebody"
              onClick={() => onOpen('message')}
            >
              <Icon name="plus" />
            </button>
          }
        >
          {linksOf(listed.filter(({ section }) => section === 'direct'))}
        </Section>
      )}
      {support.length > 0 && <Section title="Support">{linksOf(support)}</Section>}
    </>
  );
}

function Section({ title, tool, children }: { title: string; tool?: ReactNode; children: ReactNode }): ReactNode {
  return (
    <nav aria-label={title} className="sidebar-nav sidebar-section">
      <header>
        <h2>{title}</h2>
        {tool}
      </header>
      <ul>{children}</ul>
    </nav>
  );
}

interface RoomLinkProps {
  readonly collection: string;
  readonly room: Room;
  readonly isCurrent: boolean;
  onChosen(): void;
}

function RoomLink({ collection, room, isCurrent, onChosen }: RoomLinkProps): ReactNode {
  const badge = badgeOf(room.item);
  const isMuted = room.item?.isMuted === true;
  return (
    <li>
      <Link
        to={recordPath(collection, room.id)}
        aria-current={isCurrent ? 'page' : undefined}
        className={`room-link${badge.count > 0 ? ' room-link-new' : ''}${isMuted ? ' room-link-muted' : ''}`}
        data-room={room.id}
        onClick={onChosen}
      >
        <RoomMark room={room} />
        <span className="clip">{room.title}</span>
        {isMuted && <span className="hidden"> (muted)</span>}
        <CountBadge badge={badge} />
      </Link>
    </li>
  );
}

/** What kind of room it is; of one between two, who it is with, and whether they are here. */
export function RoomMark({ room }: { room: Room }): ReactNode {
  const { here } = useRooms();
  if (room.peer === undefined)
    return <Icon name={room.section === 'support' ? 'support' : room.kind === 'private' ? 'lock' : 'hash'} />;
  const isHere = here.get(room.peer) === 'online';
  return (
    <span className="room-face">
      <Avatar person={personOf(room.peer, room.title)} size="tiny" isDecorative />
      {isHere && (
        <span className="here-dot" data-testid="online">
          <span className="hidden">Online: </span>
        </span>
      )}
    </span>
  );
}
