import type { MemberCommands } from '@concord/client';
import { useMe } from '@concord/react';
import { useMemo, useState, type ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Icon } from '../components/icons.tsx';
import { personOf } from '../people/person.ts';
import { useNames } from '../people/people.tsx';
import { PersonPicker } from '../people/person-picker.tsx';
import { failureWords } from '../words/failure-words.ts';
import { wordsOf } from '../words/words.ts';
import type { RoomShape } from './room-shape.ts';
import type { Room } from './room.ts';
import { useRooms } from './rooms-provider.tsx';

interface RoomPeopleProps {
  readonly shape: RoomShape;
  readonly room: Room;
  readonly commands: MemberCommands;
  /** Whether others may be invited and removed by whoever looks. The server has the last word. */
  readonly mayManage: boolean;
  onMessage(user: string): void;
  onLeave(): void;
  onClose(): void;
}

const presenceWords = { online: 'Online', away: 'Away', offline: 'Offline' };

/** Who is in a room and as what; for who may, to change it. */
export function RoomPeople(props: RoomPeopleProps): ReactNode {
  const { shape, room, commands, mayManage, onMessage, onLeave, onClose } = props;
  const me = useMe()?.id;
  const { here } = useRooms();
  const { roles } = shape.members;
  const [problem, setProblem] = useState<string | null>(null);
  const ids = useMemo(() => Object.keys(room.members), [room.members]);
  const names = useNames(ids);
  const nameOf = (user: string): string => names.get(user) ?? user;
  const rank = (user: string): number => roles.indexOf(room.members[user] ?? '');
  const people = ids.toSorted((a, b) => rank(a) - rank(b) || nameOf(a).localeCompare(nameOf(b)));
  const mayChange = mayManage && room.section !== 'direct';

  function attempt(change: Promise<void>): void {
    setProblem(null);
    change.catch((error: unknown) => setProblem(failureWords(error)));
  }

  return (
    <Dialog title={`People in ${room.title}`} testId="room-people" onClose={onClose}>
      {problem !== null && (
        <p className="notice notice-bad" role="alert">
          {problem}
        </p>
      )}
      <ul className="member-list">
        {people.map((user) => (
          <li key={user} data-member={user}>
            <span className="room-face">
              <Avatar person={personOf(user, nameOf(user))} isDecorative />
              {here.get(user) === 'online' && <span className="here-dot" />}
            </span>
            <span className="member-words">
              <b className="clip">
                {nameOf(user)}
                {user === me && <span className="quiet"> (you)</span>}
              </b>
              <span className="quiet small">{presenceWords[here.get(user) ?? 'offline']}</span>
            </span>
            {mayChange ? (
              <select
                className="input member-role"
                aria-label={`Role of ${nameOf(user)}`}
                value={room.members[user]}
                onChange={({ target }) => attempt(commands.set(user, target.value))}
              >
                {roles.map((role) => (
                  <option key={role} value={role}>
                    {wordsOf(role)}
                  </option>
                ))}
              </select>
            ) : (
              <span className="quiet small">{room.section === 'direct' ? '' : wordsOf(room.members[user] ?? '')}</span>
            )}
            {user !== me && (
              <button
                type="button"
                className="button button-icon"
                aria-label={`Write to ${nameOf(user)}`}
                title={`Write to ${nameOf(user)}`}
                onClick={() => onMessage(user)}
              >
                <Icon name="chat" />
              </button>
            )}
            {mayChange && user !== me && (
              <button
                type="button"
                className="button button-icon"
                aria-label={`Remove ${nameOf(user)}`}
                title={`Remove ${nameOf(user)}`}
                onClick={() => attempt(commands.remove(user))}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {mayChange && (
        <PersonPicker
          label="Invite"
          without={new Set(ids)}
          onPick={({ id }) => attempt(commands.set(id, roles.at(-1) ?? roles[0]))}
        />
      )}
      {room.isMine && room.section !== 'direct' && (
        <footer className="dialog-foot">
          <button type="button" className="button button-bad" onClick={onLeave}>
            <Icon name="leave" /> Leave
          </button>
        </footer>
      )}
    </Dialog>
  );
}
