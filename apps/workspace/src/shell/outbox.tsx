import type { Command } from '@concord/client';
import { useCommands } from '@concord/react';
import type { ReactNode } from 'react';
import { Icon } from '../components/icons.tsx';
import { Popover } from '../components/popover.tsx';
import { EntryText } from '../inbox/entry-text.tsx';
import { RecordName } from '../inbox/record-name.tsx';
import { recordPath } from '../routes/route.ts';
import { Link } from '../routes/link.tsx';
import { sentenceOf } from '../words/sentence.ts';
import { singularOf } from '../words/words.ts';

const verbs = {
  create: 'New',
  update: 'Change of',
  delete: 'Delete',
  restore: 'Restore',
  post: 'Message in',
  edit: 'Changed message in',
  remove: 'Deleted message in',
} as const;

/** What waits on this device, and what the server refuses. Nothing, where nothing does. */
export function Outbox(): ReactNode {
  const { pending, retry, discard } = useCommands();
  if (pending.length === 0) return null;
  const failed = pending.filter(({ state }) => state === 'failed').length;
  return (
    <Popover
      className={failed > 0 ? 'button button-small outbox outbox-bad' : 'button button-small outbox'}
      button={
        <>
          <Icon name={failed > 0 ? 'warning' : 'clock'} />
          {failed > 0 ? `${failed} refused` : `${pending.length} waiting`}
        </>
      }
      label="What waits on this device"
      testId="outbox"
      panelClassName="outbox-panel"
    >
      {(close) => (
        <ul>
          {pending.map((command) => (
            <li key={command.id}>
              <Link to={recordPath(command.collection, command.record)} onClick={close}>
                <CommandTitle command={command} />
              </Link>
              {command.state === 'failed' && (
                <>
                  <p className="field-error">{sentenceOf(command.error?.message ?? '')}</p>
                  <span className="actions">
                    <button type="button" className="button button-small" onClick={() => void retry(command.id)}>
                      Try again
                    </button>
                    <button type="button" className="button button-small button-bad" onClick={() => void discard(command.id)}>
                      Give it up
                    </button>
                  </span>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}

function CommandTitle({ command }: { command: Command }): ReactNode {
  const { operation, collection, record, values, body, log } = command;
  if (log !== undefined) {
    const text = body?.['text'];
    return (
      <>
        {verbs[operation]} <RecordName collection={collection} id={record} />
        {typeof text === 'string' && text !== '' && (
          <>
            : <EntryText text={text} />
          </>
        )}
      </>
    );
  }
  const title = values?.['title'] ?? values?.['name'];
  return `${verbs[operation]} ${singularOf(collection)} ${typeof title === 'string' ? `“${title}”` : record.slice(0, 12)}`;
}
