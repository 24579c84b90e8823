import type { ClientCollection } from '@concord/client';
import type { ReactNode } from 'react';
import { Icon, Mark } from '../components/icons.tsx';
import { NotificationBell } from '../inbox/notification-bell.tsx';
import { RoomSections, type RoomDialog } from '../rooms/room-sections.tsx';
import { Link } from '../routes/link.tsx';
import { listPath } from '../routes/route.ts';
import type { User } from '../session/session.ts';
import { wordsOf } from '../words/words.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { Outbox } from './outbox.tsx';
import { isMac } from './use-shortcuts.ts';
import { UserMenu } from './user-menu.tsx';

interface SidebarProps {
  readonly collections: readonly ClientCollection[];
  /** The collection that is shown. */
  readonly current: string | null;
  /** The room that is shown. */
  readonly currentRoom: string | null;
  readonly user: User;
  onOpen(what: 'palette' | RoomDialog): void;
  onSignOut(): void;
  /** Something was chosen: where the sidebar is a drawer, it closes. */
  onChosen(): void;
}

const searchKey = isMac ? '⌘K' : 'Ctrl K';

export function Sidebar(props: SidebarProps): ReactNode {
  const { collections, current, currentRoom, user, onOpen, onSignOut, onChosen } = props;
  return (
    <>
      <div className="sidebar-top">
        <Link className="brand" to="/" onClick={onChosen}>
          <Mark /> Concord
        </Link>
        <ConnectionBadge />
        <NotificationBell onChosen={onChosen} />
      </div>
      <button type="button" className="sidebar-search" onClick={() => onOpen('palette')}>
        <Icon name="search" /> Search… <kbd>{searchKey}</kbd>
      </button>
      <div className="sidebar-lists">
        <nav aria-label="Collections" className="sidebar-nav">
          <ul>
            {collections.map(({ name }) => (
              <li key={name}>
                <Link to={listPath(name)} aria-current={name === current ? 'page' : undefined} onClick={onChosen}>
                  <Icon name="table" /> {wordsOf(name)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <RoomSections current={currentRoom} onOpen={onOpen} onChosen={onChosen} />
      </div>
      <div className="sidebar-foot">
        <Outbox />
        <UserMenu user={user} onSignOut={onSignOut} />
      </div>
    </>
  );
}
