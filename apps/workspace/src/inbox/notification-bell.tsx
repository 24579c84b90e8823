import type { InboxNotification } from '@concord/protocol';
import { useClient, useInbox } from '@concord/react';
import type { ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { Icon } from '../components/icons.tsx';
import { Popover } from '../components/popover.tsx';
import { RelativeTime } from '../components/relative-time.tsx';
import { useToast } from '../components/toast.tsx';
import { personOf } from '../people/person.ts';
import { Link } from '../routes/link.tsx';
import { entryPath } from '../routes/route.ts';
import { failureWords } from '../words/failure-words.ts';
import { EntryText } from './entry-text.tsx';
import { markAllRead } from './mark-all-read.ts';
import { NoticePermission } from './notice-permission.tsx';

import { RecordName } from './record-name.tsx';

/** Who has mentioned or answered one, the latest first; and the way to where it was said. */
export function NotificationBell({ onChosen }: { onChosen?: () => void }): ReactNode {
  const client = useClient();
  const tell = useToast();
  const { notifications, items, phase } = useInbox();
  const unread = notifications.filter(({ isRead }) => !isRead).length;

  return (
    <Popover
      className="button button-icon bell"
      button={
        <>
          <Icon name="bell" />
          {unread > 0 && <span className="bell-count">{unread}</span>}
        </>
      }
      buttonLabel={unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`}
      label="Notifications"
      align="end"
      testId="bell"
      panelClassName="bell-panel"
    >
      {(close) => (
        <>
          <header className="bell-head">
            <h2>Notifications</h2>
            <button
              type="button"
              className="button button-quiet button-small"
              onClick={() =>
                void markAllRead(client, items).catch((error: unknown) => tell({ text: failureWords(error), isBad: true }))
              }
            >
              Mark all as read
            </button>
          </header>
          {phase === 'offline' && (
            <p className="quiet small" role="status">
              There is no connection: this is how it was last.
            </p>
          )}
          {notifications.length === 0 ? (
            <p className="quiet bell-empty">
              {phase === 'loading' ? 'Loading…' : 'Who mentions you, or answers you, is shown here.'}
            </p>
          ) : (
            <ul className="bell-list" data-testid="notifications">
              {notifications.map((notification) => (
                <Notification
                  key={`${notification.collection}/${notification.record}/${notification.log}/${notification.seq}`}
                  notification={notification}
                  onChosen={() => {
                    close();
                    onChosen?.();
                  }}
                />
              ))}
            </ul>
          )}
          <NoticePermission />
        </>
      )}
    </Popover>
  );
}

interface NotificationProps {
  readonly notification: InboxNotification;
  onChosen(): void;
}

function Notification({ notification, onChosen }: NotificationProps): ReactNode {
  const { kind, collection, record, author, authorName, at, text, isRead } = notification;
  return (
    <li>
      <Link
        to={entryPath(collection, record, notification)}
        className={isRead ? 'notification' : 'notification notification-new'}
        onClick={onChosen}
      >
        <Avatar person={personOf(author, authorName)} isDecorative />
        <span className="notification-words">
          <span>
            <b>{authorName}</b> {kind === 'mention' ? 'mentioned you in' : 'answered in'}{' '}
            <b>
              <RecordName collection={collection} id={record} />
            </b>
            {!isRead && <span className="hidden"> (unread)</span>}
          </span>
          <span className="quiet small notification-text">
            <EntryText text={text} />
          </span>
          <span className="quiet small">
            <RelativeTime at={at} />
          </span>
        </span>
      </Link>
    </li>
  );
}
