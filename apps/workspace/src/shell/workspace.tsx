import type { ClientCollection } from '@concord/client';
import { useClient, useSchema, useStatus } from '@concord/react';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { Icon, Mark } from '../components/icons.tsx';
import { NotificationBell } from '../inbox/notification-bell.tsx';
import { useNews } from '../inbox/use-news.ts';
import { Palette } from '../palette/palette.tsx';
import { NewRecord } from '../record/new-record.tsx';
import { BrowseRooms } from '../rooms/browse-rooms.tsx';
import { MessagePerson } from '../rooms/message-person.tsx';
import { NewRoom } from '../rooms/new-room.tsx';
import type { RoomDialog } from '../rooms/room-sections.tsx';
import { roomShapeOf } from '../rooms/room-shape.ts';
import { nextUnread } from '../rooms/room.ts';
import { RoomsProvider, useRooms } from '../rooms/rooms-provider.tsx';
import { Link } from '../routes/link.tsx';
import { go, useRoute } from '../routes/location.ts';
import { recordPath } from '../routes/route.ts';
import type { User } from '../session/session.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { Page } from './page.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Sidebar } from './sidebar.tsx';
import { useShortcuts } from './use-shortcuts.ts';

interface WorkspaceProps {
  readonly user: User;
  /** Erases what is kept on this device. */
  onSignOut(): void;
}

const none: readonly ClientCollection[] = [];

/** Everything behind the door. */
export function Workspace({ user, onSignOut }: WorkspaceProps): ReactNode {
  const schema = useSchema();
  const collections = useMemo(
    () => (schema === undefined ? none : [...schema.collections.values()].filter(({ fields }) => fields.size > 0)),
    [schema],
  );
  // The first one that people talk in; others are shown as records, with what is said beside them.
  const shape = useMemo(() => collections.map(roomShapeOf).find((each) => each !== null) ?? null, [collections]);
  return (
    <RoomsProvider shape={shape} me={user.id}>
      <Shell user={user} collections={collections} isKnown={schema !== undefined} onSignOut={onSignOut} />
    </RoomsProvider>
  );
}

interface ShellProps extends WorkspaceProps {
  readonly collections: readonly ClientCollection[];
  readonly isKnown: boolean;
}

type Opened = 'palette' | 'drawer' | 'sign-out' | 'shortcuts' | RoomDialog | ClientCollection;

function Shell({ user, collections, isKnown, onSignOut }: ShellProps): ReactNode {
  const route = useRoute();
  const { commands } = useClient();
  const { phase } = useStatus();
  const { shape, listed } = useRooms();
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = useCallback(() => setOpened(null), []);
  const collection = route.page === 'list' || route.page === 'record' ? route.collection : null;
  const record = route.page === 'record' ? { collection: route.collection, id: route.id } : null;
  const room = record !== null && record.collection === shape?.collection.name ? record.id : null;
  useNews(user, record);
  useShortcuts({
    onPalette: () => setOpened((before) => (before === 'palette' ? null : 'palette')),
    onHelp: () => setOpened('shortcuts'),
    onUnread(step) {
      const next = nextUnread(listed, room, step);
      if (shape !== null && next !== undefined) go(recordPath(shape.collection.name, next.id));
    },
  });

  const signOut = useCallback(() => {
    // What waits for a connection would be erased with everything else of theirs on this device.
    if (phase !== 'live' || commands.pending.get().length > 0) setOpened('sign-out');
    else onSignOut();
  }, [phase, commands, onSignOut]);

  const sidebar = (
    <Sidebar
      collections={collections.filter(({ name }) => name !== shape?.collection.name)}
      current={collection}
      currentRoom={room}
      user={user}
      onOpen={setOpened}
      onSignOut={signOut}
      onChosen={() => setOpened((before) => (before === 'drawer' ? null : before))}
    />
  );
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <div className="sidebar">{sidebar}</div>
      <header className="top">
        <button type="button" className="button button-icon" aria-label="Menu" onClick={() => setOpened('drawer')}>
          <Icon name="menu" />
        </button>
        <Link className="brand" to="/">
          <Mark /> Concord
        </Link>
        <ConnectionBadge />
        <NotificationBell />
        <button type="button" className="button button-icon" aria-label="Search" onClick={() => setOpened('palette')}>
          <Icon name="search" />
        </button>
      </header>
      <Page route={route} collections={collections} isKnown={isKnown} />
      {opened === 'drawer' && (
        <Dialog title="Menu" className="drawer" isBare onClose={close}>
          {sidebar}
        </Dialog>
      )}
      {opened === 'palette' && <Palette collections={collections} onOpen={setOpened} onSignOut={signOut} onClose={close} />}
      {opened === 'shortcuts' && <Shortcuts onClose={close} />}
      {opened === 'sign-out' && <SignOut onSignOut={onSignOut} onClose={close} />}
      {shape !== null && opened === 'new-room' && <NewRoom shape={shape} onClose={close} />}
      {shape !== null && opened === 'browse-rooms' && <BrowseRooms shape={shape} onClose={close} />}
      {shape !== null && opened === 'message' && <MessagePerson shape={shape} onClose={close} />}
      {typeof opened === 'object' && opened !== null && <NewRecord collection={opened} onClose={close} />}
    </div>
  );
}

function SignOut({ onSignOut, onClose }: { onSignOut(): void; onClose(): void }): ReactNode {
  return (
    <Dialog title="Sign out?" onClose={onClose}>
      <p>
        Signing out erases what this device keeps for you. What was edited here and has not reached the server would be lost with
        it.
      </p>
      <footer className="dialog-foot">
        <button type="button" className="button" onClick={onClose}>
          Stay
        </button>
        <button type="button" className="button button-bad" onClick={onSignOut}>
          Sign out all the same
        </button>
      </footer>
    </Dialog>
  );
}
