import type { LiveRecord, RecordStatus } from '@concord/client';
import { useClient } from '@concord/react';
import { useState, type ReactNode } from 'react';
import { Icon, type IconName } from '../components/icons.tsx';
import { listPath, type ListView } from '../routes/route.ts';
import { Link } from '../routes/link.tsx';
import { singularOf, wordsOf } from '../words/words.ts';
import { exportRecord } from './export-record.ts';
import { changes } from './save-indicator.tsx';

interface RecordNoticeProps {
  readonly record: LiveRecord;
  readonly status: RecordStatus;
  readonly view: ListView;
  /** What was shown of it last, where something was. */
  readonly lastValues: () => unknown;
  readonly wasThere: boolean;
  readonly mayRestore: boolean;
}

/** In the place of a record that cannot be shown: why, what can be done, and what stays with whoever edited it. */
export function RecordNotice({ record, status, view, lastValues, wasThere, mayRestore }: RecordNoticeProps): ReactNode {
  const { commands } = useClient();
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const word = singularOf(record.collection);
  const reason = status.phase === 'denied' ? 'denied' : status.error?.code === 'record_deleted' ? 'deleted' : 'absent';
  const { icon, title, text } = words(reason, word);
  const unsaved = status.save.kind === 'refused' || status.save.kind === 'offline' ? status.save.changes : 0;

  async function restore(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      await commands.restore(record.collection, record.id).done;
      record.retry();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <section className="empty record-notice" data-testid="refusal" data-reason={reason} aria-live="polite">
      <Icon name={icon} />
      <h2>{title}</h2>
      <p className="quiet">{text}</p>
      {unsaved > 0 && (
        <p>
          {changes(unsaved)} that you made did not reach the server. {unsaved === 1 ? 'It is' : 'They are'} kept on this device.
        </p>
      )}
      {failure !== null && (
        <p className="notice notice-bad" role="alert">
          {failure}
        </p>
      )}
      <span className="actions">
        {reason === 'deleted' && mayRestore && (
          <button type="button" className="button button-primary" disabled={isBusy} onClick={() => void restore()}>
            Restore the {word}
          </button>
        )}
        {reason !== 'deleted' && (
          <button type="button" className="button" onClick={() => record.retry()}>
            Try again
          </button>
        )}
        {(unsaved > 0 || wasThere) && (
          <button type="button" className="button" onClick={() => void exportRecord(record, lastValues())}>
            <Icon name="export" /> Export what is here
          </button>
        )}
        <Link className="button" to={listPath(record.collection, view)}>
          All {wordsOf(record.collection).toLowerCase()}
        </Link>
      </span>
    </section>
  );
}

function words(
  reason: 'denied' | 'deleted' | 'absent',
  word: string,
): { readonly icon: IconName; readonly title: string; readonly text: string } {
  switch (reason) {
    case 'denied':
      return {
        icon: 'warning',
        title: `You may not see this ${word}`,
        text: 'Access to it was taken away, or was never given. Whoever looks after it can give it.',
      };
    case 'deleted':
      return {
        icon: 'trash',
        title: `This ${word} was deleted`,
        text: 'It can be restored as it was, until somebody purges it.',
      };
    case 'absent':
      return {
        icon: 'search',
        title: `There is no such ${word}`,
        text: 'It was never here, was erased for good, or is not for you to see.',
      };
  }
}
