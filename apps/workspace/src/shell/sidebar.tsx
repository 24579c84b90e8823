import type { ClientCollection } from '@concord/client';
import type { ReactNode } from 'react';
import { Icon, Mark } from '../components/icons.tsx';
import { Link } from '../routes/link.tsx';
import { listPath } from '../routes/route.ts';
import type { User } from '../session/session.ts';
import { wordsOf } from '../words/words.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { Outbox } from './outbox.tsx';
import { UserMenu } from './user-menu.tsx';

interface SidebarProps {
  readonly collections: readonly ClientCollection[];
  /** The collection that is shown. */
  readonly current: string | null;
  readonly user: User;
  onSearch(): void;
  onSignOut(): void;
  /** Something was chosen: where the sidebar is a drawer, it closes. */
  onChosen(): void;
}

const searchKey = /mac|iphone|ipad/i.test(navigator.platform) ? '⌘K' : 'Ctrl K';

export function Sidebar({ collections, current, user, onSearch, onSignOut, onChosen }: SidebarProps): ReactNode {
  return (
    <>
      <div className="sidebar-top">
        <Link className="brand" to="/" onClick={onChosen}>
          <Mark /> Concord
        </Link>
        <ConnectionBadge />
      </div>
      <button type="button" className="sidebar-search" onClick={onSearch}>
        <Icon name="search" /> Search… <kbd>{searchKey}</kbd>
      </button>
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
      <div className="sidebar-foot">
        <Outbox />
        <UserMenu user={user} onSignOut={onSignOut} />
      </div>
    </>
  );
}
