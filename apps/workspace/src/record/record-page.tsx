import '@concord/elements';
import type { ClientCollection, LiveRecord } from '@concord/client';
import { useClient, useCommands, useField, useRecord, useSaveState, useStatus } from '@concord/react';
import { useEffect, useState, type ReactNode } from 'react';
import { titleOf } from '../collection/title-field.ts';
import { CommentsPanel } from '../comments/comments-panel.tsx';
import { useOpenLog } from '../comments/use-open-log.ts';
import '../components/elements.ts';
import { Icon } from '../components/icons.tsx';
import { PageHeading } from '../components/page-heading.tsx';
import { noteRecent } from '../palette/recent.ts';
import { holdsPeople } from '../people/person.ts';
import type { EntryPlace, ListView } from '../routes/route.ts';
import { singularOf, wordsOf } from '../words/words.ts';
import { Activity } from './activity.tsx';
import { exportRecord } from './export-record.ts';
import { layoutOf } from './layout.ts';
import { PersonField } from './person-field.tsx';
import { RecordHead } from './record-head.tsx';
import { RecordNotice } from './record-notice.tsx';
import { changes } from './save-indicator.tsx';
import { useLastValues } from './use-last-values.ts';
import { useNeighbours } from './use-neighbours.ts';
import { WaitingRecord } from './waiting-record.tsx';

interface RecordPageProps {
  readonly collection: ClientCollection;
  readonly id: string;
  readonly view: ListView;
  /** The entry of one of its logs to which the address leads. */
  readonly entry: EntryPlace | undefined;
}

/** One record, as all who have it open see it. */
export function RecordPage({ collection, id, view, entry }: RecordPageProps): ReactNode {
  const { pending } = useCommands();
  const creating = pending.find(
    (command) => command.operation === 'create' && command.collection === collection.name && command.record === id,
  );
  const { name } = collection;
  // Not opened before the server has it, where it would not be there; anew once it has.
  return creating === undefined ? (
    <OpenRecord key={`${name}/${id}`} collection={collection} id={id} view={view} entry={entry} />
  ) : (
    <main className="page record-page" id="main">
      <PageHeading title={titleOf(collection, { id, ...creating.values })} />
      <WaitingRecord collection={collection} command={creating} />
    </main>
  );
}

function OpenRecord({ collection, id, view, entry }: RecordPageProps): ReactNode {
  const client = useClient();
  const record = useRecord(collection.name, id);
  const status = useStatus(record);
  const { title: titleField, main, side } = layoutOf(collection);
  const { value: titleValue } = useField(record, titleField ?? '');
  const neighbours = useNeighbours(collection, id, view);
  const lastValues = useLastValues(record);
  const [openLog, setOpenLog] = useOpenLog([...collection.logs.keys()], entry);
  const [lastTitle, setLastTitle] = useState(titleValue);
  if (titleValue !== undefined && titleValue !== lastTitle) setLastTitle(titleValue);

  const isThere = status.phase === 'live' || status.phase === 'offline' || status.phase === 'syncing';
  const [wasThere, setWasThere] = useState(isThere);
  if (isThere && !wasThere) setWasThere(true);
  const title = titleOf(collection, { id, ...(titleField === null ? {} : { [titleField]: lastTitle }) });
  useEffect(() => {
    if (isThere) noteRecent({ collection: collection.name, id, title });
  }, [isThere, collection.name, id, title]);

  const isAbsent = status.phase === 'denied' || status.phase === 'gone';
  return (
    <>
      <main className="page record-page" id="main" data-testid="record" data-record={id} data-phase={status.phase}>
        <RecordHead
          collection={collection}
          record={record}
          status={status}
          view={view}
          neighbours={neighbours}
          title={title}
          openLog={openLog}
          onLog={setOpenLog}
        />
        <PageHeading
          title={!wasThere ? wordsOf(singularOf(collection.name)) : title}
          className={titleField === null || !isThere ? '' : 'hidden'}
        />
        <RecordBanner record={record} lastValues={lastValues} />
        {isAbsent && (
          <RecordNotice
            record={record}
            status={status}
            view={view}
            lastValues={lastValues}
            wasThere={wasThere}
            mayRestore={collection.may.delete !== false}
          />
        )}
        {status.phase === 'loading' && (
          <div className="record-waiting" role="status">
            <span className="hidden">Opening…</span>
          </div>
        )}
        {isThere && (
          <concord-record bare client={client} collection={collection.name} record={id} className="record-form">
            <div className="record-body">
              <div className="record-main">
                {titleField !== null && <concord-field field={titleField} size="title" />}
                {main.map((field) => (
                  <concord-field key={field.name} field={field.name} />
                ))}
              </div>
              <aside className="record-side" aria-label="Details">
                {side.map((field) =>
                  field.kind === 'string' && holdsPeople(field) ? (
                    <PersonField key={field.name} record={record} name={field.name} />
                  ) : (
                    <concord-field key={field.name} field={field.name} />
                  ),
                )}
                <Activity collection={collection} id={id} />
              </aside>
            </div>
          </concord-record>
        )}
      </main>
      {isThere && openLog !== null && (
        <CommentsPanel
          collection={collection.name}
          record={id}
          log={openLog}
          entry={entry?.log === openLog ? entry.seq : undefined}
          onClose={() => setOpenLog(null)}
        />
      )}
    </>
  );
}

/** What is to be known before one goes on editing: that there is no connection, that it is read-only, or refused. */
function RecordBanner({ record, lastValues }: { record: LiveRecord; lastValues: () => unknown }): ReactNode {
  const save = useSaveState(record);
  const { phase } = useStatus();
  const status = useStatus(record);
  const [isSure, setSure] = useState(false);
  if (status.phase === 'loading' || status.phase === 'denied' || status.phase === 'gone') return null;
  if (save.kind === 'refused') {
    return (
      <div className="notice notice-bad" role="alert" data-testid="refused">
        <p>
          The server does not take what you edited: {save.message} {changes(save.changes)} {save.changes === 1 ? 'is' : 'are'}{' '}
          kept on this device.
        </p>
        <span className="actions">
          <button type="button" className="button" onClick={() => record.retry()}>
            Try again
          </button>
          <button type="button" className="button" onClick={() => void exportRecord(record, lastValues())}>
            <Icon name="export" /> Export
          </button>
          <button
            type="button"
            className="button button-bad"
            onClick={() => (isSure ? void record.discard().then(() => setSure(false)) : setSure(true))}
          >
            {isSure ? 'Yes, give them up' : 'Give them up'}
          </button>
        </span>
      </div>
    );
  }
  if (phase === 'offline' || save.kind === 'offline') {
    return (
      <p className="notice" role="status" data-testid="offline-banner">
        <Icon name="cloud" />{' '}
        {save.kind === 'offline'
          ? `There is no connection. ${changes(save.changes)} kept on this device, and sent when there is one.`
          : 'There is no connection. Go on: what you edit is kept on this device, and sent when there is one.'}
      </p>
    );
  }
  if (status.phase === 'live' && !status.canWrite)
    return (
      <p className="notice" role="status">
        You may read this {singularOf(record.collection)}, but not change it.
      </p>
    );
  return null;
}
