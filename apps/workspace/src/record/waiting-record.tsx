import type { ClientCollection, Command } from '@concord/client';
import { useClient } from '@concord/react';
import type { ReactNode } from 'react';
import { CellValue } from '../collection/cell-value.tsx';
import { columnsOf } from '../collection/columns.ts';
import { Icon } from '../components/icons.tsx';
import { go } from '../routes/location.ts';
import { listPath } from '../routes/route.ts';
import { sentenceOf } from '../words/sentence.ts';
import { singularOf } from '../words/words.ts';

/** A record that was made here and that the server does not have yet, or refuses. */
export function WaitingRecord({ collection, command }: { collection: ClientCollection; command: Command }): ReactNode {
  const { commands } = useClient();
  const word = singularOf(collection.name);
  const isRefused = command.state === 'failed';
  return (
    <section className="waiting-record" data-testid="waiting-record" data-state={command.state}>
      <p className={isRefused ? 'notice notice-bad' : 'notice'} role="status">
        <Icon name={isRefused ? 'warning' : 'clock'} />{' '}
        {isRefused
          ? `The server refuses this ${word}: ${sentenceOf(command.error?.message ?? '')}`
          : `This ${word} is kept on this device. It is made when there is a connection, and can be edited then.`}
      </p>
      <dl>
        {columnsOf(collection)
          .filter(({ name, field }) => field !== undefined && command.values?.[name] !== undefined)
          .map((column) => (
            <div key={column.name}>
              <dt>{column.label}</dt>
              <dd>
                <CellValue column={column} value={command.values?.[column.name]} />
              </dd>
            </div>
          ))}
      </dl>
      {isRefused && (
        <span className="actions">
          <button type="button" className="button" onClick={() => void commands.retry(command.id)}>
            Try again
          </button>
          <button
            type="button"
            className="button button-bad"
            onClick={() => void commands.discard(command.id).then(() => go(listPath(collection.name)))}
          >
            Give it up
          </button>
        </span>
      )}
    </section>
  );
}
