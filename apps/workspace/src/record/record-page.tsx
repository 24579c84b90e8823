import { useEffect, type ReactNode } from 'react';
import type { Api } from '../api/api.ts';
import { BackIcon, TrashIcon } from '../components/icons.tsx';
import { ticketsHref } from '../routes.ts';
import { usePeople } from '../session/people.tsx';
import type { SessionStore } from '../session/session.ts';
import { useSession } from '../session/use-session.ts';
import { defaultPriority, defaultStatus, label, priorities, statuses } from '../tickets/ticket.ts';
import type { TicketFeed } from '../tickets/ticket-feed.ts';
import { Activity } from './activity.tsx';
import { ChoiceField } from './choice-field.tsx';
import { EstimateField } from './estimate-field.tsx';
import { NotesEditor } from './notes-editor.tsx';
import { PresenceList } from './presence-list.tsx';
import type { RecordSession } from './record-session.ts';
import { RefusalNotice } from './refusal-notice.tsx';
import { SaveIndicator } from './save-indicator.tsx';
import { TitleField } from './title-field.tsx';
import { useFieldValue } from './use-field.ts';
import { useLeaveWarning } from './use-leave-warning.ts';
import { useRecord, useRecordState } from './use-record.ts';

interface RecordPageProps {
  readonly account: string;
  readonly id: string;
  readonly api: Api;
  readonly feed: TicketFeed | null;
  readonly session: SessionStore;
  onDelete(id: string, title: string): void;
  onRestore(id: string): void;
}

/** One ticket, edited together. */
export function RecordPage(props: RecordPageProps): ReactNode {
  const record = useRecord(props.account, props.id, props.feed, props.session);
  return record === null ? null : <OpenRecord {...props} record={record} />;
}

function OpenRecord({
  id,
  api,
  feed,
  session,
  record,
  onDelete,
  onRestore,
}: RecordPageProps & { readonly record: RecordSession }): ReactNode {
  const { people } = usePeople();
  const { session: current } = useSession(session);
  const { loaded, connected, readOnly, save, refusal, visitors } = useRecordState(record);
  const title = useFieldValue(record.fields, 'title');
  const name = typeof title === 'string' && title !== '' ? title : 'Untitled';
  useEffect(() => {
    document.title = loaded ? `${name} · Concord` : 'Concord';
  }, [loaded, name]);
  useLeaveWarning(save.kind !== 'saved');

  const locked = readOnly || refusal !== null;
  const field = { record, visitors, readOnly: locked };
  return (
    <main className="page record" data-testid="record" data-record={id}>
      <h1 className="hidden">{loaded ? name : 'Ticket'}</h1>
      <div className="record-head">
        <a className="button button-quiet" href={ticketsHref}>
          <BackIcon /> Tickets
        </a>
        <span className="record-state">
          {loaded && refusal === null && <PresenceList visitors={visitors} />}
          {loaded && <SaveIndicator save={save} connected={connected} />}
          {loaded && !locked && (
            <button
              type="button"
              className="button button-icon"
              aria-label="Delete this ticket"
              title="Delete this ticket"
              onClick={() => onDelete(id, name)}
            >
              <TrashIcon />
            </button>
          )}
        </span>
      </div>
      {refusal !== null && (
        <RefusalNotice
          reason={refusal}
          unsaved={save.kind === 'refused' ? save.changes : 0}
          onRestore={() => onRestore(id)}
          onRetry={record.reopen}
        />
      )}
      {readOnly && refusal === null && <p className="notice">You can read this ticket, but not change it.</p>}
      {!loaded && refusal === null && (
        <p className="quiet" role="status">
          Opening…
        </p>
      )}
      {loaded && (
        <div className="record-body">
          <div className="record-main">
            <TitleField {...field} />
            {current !== null && <NotesEditor {...field} user={current.user} />}
          </div>
          <aside className="record-side" aria-label="Details">
            <ChoiceField
              {...field}
              name="status"
              label="Status"
              unset={defaultStatus}
              options={statuses.map((value) => ({ value, label: label(value) }))}
            />
            <ChoiceField
              {...field}
              name="priority"
              label="Priority"
              unset={defaultPriority}
              options={priorities.map((value) => ({ value, label: label(value) }))}
            />
            <ChoiceField
              {...field}
              name="assignee"
              label="Assignee"
              unset=""
              options={[{ value: '', label: 'Nobody' }, ...people.map((person) => ({ value: person.id, label: person.name }))]}
            />
            <EstimateField {...field} />
            <Activity api={api} feed={feed} id={id} />
          </aside>
        </div>
      )}
    </main>
  );
}
