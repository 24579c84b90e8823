import '@concord/elements';
import { useClient, useField, useMe, useRecord, useStatus, useValues } from '@concord/react';
import { useMemo, useState, type ReactNode } from 'react';
import { PageHeading } from '../components/page-heading.tsx';
import { useToast } from '../components/toast.tsx';
import { Chat } from '../comments/chat.tsx';
import { usePerson } from '../people/people.tsx';
import { RecordNotice } from '../record/record-notice.tsx';
import { useLastValues } from '../record/use-last-values.ts';
import { go } from '../routes/location.ts';
import type { EntryPlace } from '../routes/route.ts';
import { failureWords } from '../words/failure-words.ts';
import { singularOf } from '../words/words.ts';
import { openDirect } from './open-direct.ts';
import { RoomDetails } from './room-details.tsx';
import { RoomHead } from './room-head.tsx';
import { RoomPeople } from './room-people.tsx';
import type { RoomShape } from './room-shape.ts';
import { peerIn, roomOf, type Room } from './room.ts';
import { useRooms } from './rooms-provider.tsx';

interface RoomPageProps {
  readonly shape: RoomShape;
  readonly id: string;
  readonly entry: EntryPlace | undefined;
}

/** A room: what is said in it, who is in it, and what it is about. */
export function RoomPage({ shape, id, entry }: RoomPageProps): ReactNode {
  const { collection } = shape;
  const client = useClient();
  const record = useRecord(collection.name, id);
  const status = useStatus(record);
  const lastValues = useLastValues(record);
  const tell = useToast();
  const room = useRoom(shape, record, id);
  const { mayWrite: mayChangeTitle } = useField(record, shape.title ?? '');
  const archived = useField(record, shape.archived ?? '');
  const [opened, setOpened] = useState<'people' | 'details' | null>(null);
  const commands = useMemo(() => client.members(collection.name, id), [client, collection.name, id]);
  const word = singularOf(collection.name);
  const title = room?.title ?? word;
  const isAbsent = status.phase === 'denied' || status.phase === 'gone';

  const close = (): void => setOpened(null);
  function fail(error: unknown): void {
    tell({ text: failureWords(error), isBad: true });
  }

  function leave(): void {
    commands.leave().then(() => {
      tell({ text: `You have left “${title}”.` });
      go('/');
    }, fail);
  }

  function archive(): void {
    try {
      archived.set(room?.isArchived !== true);
    } catch (error) {
      fail(error);
    }
  }

  if (isAbsent) {
    return (
      <main className="page" id="main" data-testid="room" data-record={id} data-phase={status.phase}>
        <PageHeading title={word} className="hidden" />
        <RecordNotice
          record={record}
          status={status}
          view={everything}
          lastValues={lastValues}
          wasThere={false}
          mayRestore={collection.may.delete !== false}
        />
      </main>
    );
  }
  const isGuest = room?.isMine === false && room.section === 'rooms';
  return (
    <main className="page room-page" id="main" data-testid="room" data-record={id} data-phase={status.phase}>
      <Chat
        collection={collection.name}
        record={id}
        log={shape.log}
        label={title}
        entry={entry?.log === shape.log ? entry.seq : undefined}
        reason={room?.isArchived === true ? `This ${word} is archived: it can be read, and nothing is added to it.` : undefined}
      >
        <RoomHead
          key={id}
          shape={shape}
          room={room}
          title={title}
          mayChange={mayChangeTitle && room?.section !== 'direct'}
          mayArchive={archived.mayWrite}
          onPeople={() => setOpened('people')}
          onDetails={() => setOpened('details')}
          onArchive={archive}
          onLeave={leave}
        />
        {isGuest && !room.isArchived && (
          <div slot="composer" className="room-join">
            <p className="quiet">You are looking into {title}.</p>
            <button type="button" className="button button-primary" onClick={() => void commands.join().catch(fail)}>
              Join to write here
            </button>
          </div>
        )}
      </Chat>
      {opened === 'people' && room !== undefined && (
        <RoomPeople
          shape={shape}
          room={room}
          commands={commands}
          mayManage={mayChangeTitle || archived.mayWrite}
          onMessage={(user) => void openDirect(client, shape, user).then(close, fail)}
          onLeave={() => {
            close();
            leave();
          }}
          onClose={close}
        />
      )}
      {opened === 'details' && <RoomDetails shape={shape} id={id} title={title} onClose={close} />}
    </main>
  );
}

const everything = { filter: '', sort: '' };

/** As it is in its documents; until they are there, as it stands in the list of rooms. */
function useRoom(shape: RoomShape, record: ReturnType<typeof useRecord>, id: string): Room | undefined {
  const me = useMe()?.id ?? '';
  const values = useValues(record);
  const listed = useRooms().all.find((room) => room.id === id);
  const peer = values === undefined ? listed?.peer : peerIn(shape, { id, ...values }, me);
  const { name } = usePerson(peer ?? me);
  const item = listed?.item;
  return useMemo(
    () => (values === undefined ? listed : roomOf(shape, { id, ...values }, { me, nameOf: () => name, item })),
    [values, listed, shape, id, me, name, item],
  );
}
