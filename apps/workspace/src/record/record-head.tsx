import type { ClientCollection, LiveRecord, RecordStatus } from '@concord/client';
import { useClient, useHistory, useMe, usePresence, useSaveState, useStatus } from '@concord/react';
import type { ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { Icon } from '../components/icons.tsx';
import { LogToggle } from '../comments/log-toggle.tsx';
import { useToast } from '../components/toast.tsx';
import { useCopyLink } from '../components/use-copy-link.ts';
import { personOf } from '../people/person.ts';
import { Link } from '../routes/link.tsx';
import { go } from '../routes/location.ts';
import { listPath, recordPath, type ListView } from '../routes/route.ts';
import { singularOf, wordsOf } from '../words/words.ts';
import { SaveIndicator } from './save-indicator.tsx';
import type { Neighbours } from './use-neighbours.ts';

interface RecordHeadProps {
  readonly collection: ClientCollection;
  readonly record: LiveRecord;
  readonly status: RecordStatus;
  readonly view: ListView;
  readonly neighbours: Neighbours;
  readonly title: string;
  /** The log that is open beside it. */
  readonly openLog: string | null;
  onLog(log: string | null): void;
}

/** Where one is, who else is here, whether it is saved, and what can be done with the record as a whole. */
export function RecordHead(props: RecordHeadProps): ReactNode {
  const { collection, record, status, view, neighbours, title, openLog, onLog } = props;
  const { commands } = useClient();
  const save = useSaveState(record);
  const connection = useStatus();
  const { canUndo, canRedo, undo, redo } = useHistory(record);
  const tell = useToast();
  const copyLink = useCopyLink();
  const word = singularOf(collection.name);
  const isThere = status.phase === 'live' || status.phase === 'offline' || status.phase === 'syncing';

  function remove(): void {
    const sent = commands.delete(collection.name, record.id);
    sent.done.catch((error: unknown) => tell({ text: error instanceof Error ? error.message : String(error), isBad: true }));
    go(listPath(collection.name, view));
    const restore = (): void => void commands.restore(collection.name, record.id).done.catch(() => undefined);
    tell({ text: `“${title}” was deleted.`, action: { label: 'Undo', run: restore } });
  }

  return (
    <header className="record-head">
      <nav className="record-way" aria-label={`Among ${wordsOf(collection.name).toLowerCase()}`}>
        <Link
          className="button button-quiet"
          to={listPath(collection.name, view)}
          aria-label={`Back to ${wordsOf(collection.name)}`}
        >
          <Icon name="back" /> <span className="wide-only">{wordsOf(collection.name)}</span>
        </Link>
        <Step to={neighbours.previous} icon="up" label={`Previous ${word}`} collection={collection.name} view={view} />
        <Step to={neighbours.next} icon="down" label={`Next ${word}`} collection={collection.name} view={view} />
      </nav>
      <span className="record-state">
        {isThere && (
          <>
            <PeopleHere record={record} />
            <SaveIndicator save={save} connection={connection} />
            {status.canWrite && (
              <>
                <Tool icon="undo" label="Undo" disabled={!canUndo} onPress={undo} />
                <Tool icon="redo" label="Redo" disabled={!canRedo} onPress={redo} />
              </>
            )}
            {[...collection.logs.keys()].map((log) => (
              <LogToggle
                key={log}
                collection={collection.name}
                record={record.id}
                log={log}
                isOpen={log === openLog}
                onToggle={() => onLog(log === openLog ? null : log)}
              />
            ))}
            <Tool icon="link" label="Copy link" onPress={() => copyLink(recordPath(collection.name, record.id))} />
            {collection.may.delete !== false && <Tool icon="trash" label={`Delete this ${word}`} onPress={remove} />}
          </>
        )}
      </span>
    </header>
  );
}

interface ToolProps {
  readonly icon: 'undo' | 'redo' | 'link' | 'trash';
  readonly label: string;
  readonly disabled?: boolean;
  onPress(): void;
}

function Tool({ icon, label, disabled = false, onPress }: ToolProps): ReactNode {
  return (
    // Not `disabled`: who has undone the last step keeps the focus where it was.
    <button
      type="button"
      className="button button-icon"
      aria-label={label}
      title={label}
      aria-disabled={disabled}
      onClick={() => disabled || onPress()}
    >
      <Icon name={icon} />
    </button>
  );
}

interface StepProps {
  readonly to: string | null;
  readonly icon: 'up' | 'down';
  readonly label: string;
  readonly collection: string;
  readonly view: ListView;
}

function Step({ to, icon, label, collection, view }: StepProps): ReactNode {
  if (to === null)
    return (
      <span className="button button-icon" aria-disabled="true">
        <Icon name={icon} />
      </span>
    );
  return (
    <Link className="button button-icon" to={recordPath(collection, to, view)} aria-label={label} title={label}>
      <Icon name={icon} />
    </Link>
  );
}

/** Each person once, oneself first. */
function PeopleHere({ record }: { record: LiveRecord }): ReactNode {
  const me = useMe();
  const others = usePresence(record).filter(
    ({ user }, at, all) => user.id !== me?.id && all.findIndex((other) => other.user.id === user.id) === at,
  );
  return (
    <ul className="people-here" aria-label="People here" data-testid="presence">
      {me !== undefined && (
        <li>
          <Avatar person={personOf(me.id, me.name)} label={`${me.name} (you)`} />
        </li>
      )}
      {others.map(({ user }) => (
        <li key={user.id}>
          <Avatar person={personOf(user.id, user.name)} />
        </li>
      ))}
    </ul>
  );
}
