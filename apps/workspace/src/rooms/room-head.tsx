import { useClient } from '@concord/react';
import type { ReactNode } from 'react';
import { Icon } from '../components/icons.tsx';
import { Menu, type MenuItem } from '../components/menu.tsx';
import { PageHeading } from '../components/page-heading.tsx';
import { useToast } from '../components/toast.tsx';
import { useCopyLink } from '../components/use-copy-link.ts';
import { recordPath } from '../routes/route.ts';
import { failureWords } from '../words/failure-words.ts';
import { singularOf } from '../words/words.ts';
import { RoomMark } from './room-sections.tsx';
import type { RoomShape } from './room-shape.ts';
import type { Room } from './room.ts';

interface RoomHeadProps {
  readonly shape: RoomShape;
  /** Undefined until it is known. */
  readonly room: Room | undefined;
  readonly title: string;
  readonly mayChange: boolean;
  readonly mayArchive: boolean;
  onPeople(): void;
  onDetails(): void;
  onArchive(): void;
  onLeave(): void;
}

/** What a room is called and is about, who is in it, and what can be done with it as a whole. */
export function RoomHead({ room, title, mayChange, onDetails, ...rest }: RoomHeadProps): ReactNode {
  const topic = room?.topic ?? '';
  return (
    <div slot="header" className="room-head">
      {room !== undefined && <RoomMark room={room} />}
      <PageHeading title={title} className="clip" />
      {mayChange ? (
        <button type="button" className="room-topic clip" title="Change what it is about" onClick={onDetails}>
          {topic === '' ? 'Add a topic' : topic}
        </button>
      ) : (
        <p className="room-topic clip">{topic}</p>
      )}
      {room?.isArchived === true && <span className="pill">Archived</span>}
      {room !== undefined && <RoomTools {...rest} room={room} title={title} mayChange={mayChange} onDetails={onDetails} />}
    </div>
  );
}

function RoomTools(props: RoomHeadProps & { readonly room: Room }): ReactNode {
  const { shape, room, title, mayChange, mayArchive, onPeople, onDetails, onArchive, onLeave } = props;
  const { inbox } = useClient();
  const tell = useToast();
  const copyLink = useCopyLink();
  const { name } = shape.collection;
  const word = singularOf(name);
  const count = Object.keys(room.members).length;
  const isMuted = room.item?.isMuted === true;
  const isDirect = room.section === 'direct';

  function mute(): void {
    inbox.follow(name, room.id, shape.log, isMuted ? 'all' : 'mentions').then(
      () => tell({ text: isMuted ? `You hear of all in “${title}” again.` : `You hear of mentions alone in “${title}”.` }),
      (error: unknown) => tell({ text: failureWords(error), isBad: true }),
    );
  }

  const items: (MenuItem | false)[] = [
    { key: 'mute', icon: isMuted ? 'bell' : 'mute', label: isMuted ? 'Unmute' : 'Mute', run: mute },
    { key: 'link', icon: 'link', label: 'Copy link', run: () => copyLink(recordPath(name, room.id)) },
    mayChange && { key: 'details', icon: 'pencil', label: 'Details…', run: onDetails },
    mayArchive &&
      !isDirect &&
      shape.archived !== null && {
        key: 'archive',
        icon: 'archive',
        label: room.isArchived ? 'Open again' : 'Archive',
        run: onArchive,
      },
    room.isMine && !isDirect && { key: 'leave', icon: 'leave', label: 'Leave', isBad: true, run: onLeave },
  ];
  return (
    <span className="room-tools">
      {!isDirect && (
        <button
          type="button"
          className="button button-quiet"
          aria-label={count === 1 ? '1 member' : `${count} members`}
          title="Who is in it"
          onClick={onPeople}
        >
          <Icon name="people" /> {count}
        </button>
      )}
      <Menu
        className="button button-icon"
        button={<Icon name={isMuted ? 'mute' : 'more'} />}
        buttonLabel={isMuted ? `More about this ${word}, which is muted` : `More about this ${word}`}
        testId="room-menu"
        align="end"
        items={items.filter((item) => item !== false)}
      />
    </span>
  );
}
