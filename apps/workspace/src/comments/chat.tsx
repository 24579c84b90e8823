import { useClient } from '@concord/react';
import { useMemo, type ReactNode } from 'react';
import { useCopyLink } from '../components/use-copy-link.ts';
import { go } from '../routes/location.ts';
import { entryPath, recordPath } from '../routes/route.ts';

interface ChatProps {
  readonly collection: string;
  readonly record: string;
  readonly log: string;
  readonly label: string;
  /** The number of the entry to be shown. */
  readonly entry: number | undefined;
  /** What stands where one writes. */
  readonly placeholder?: string;
  /** Why nothing can be written. */
  readonly reason?: string | undefined;
  /** What of the page's own stands in it. */
  readonly children?: ReactNode;
}

/** A log as a chat, whose links are the workspace's. */
export function Chat({ collection, record, log, label, entry, placeholder, reason, children }: ChatProps): ReactNode {
  const client = useClient();
  const copyLink = useCopyLink();
  const strings = useMemo(() => (placeholder === undefined ? undefined : { chatWrite: () => placeholder }), [placeholder]);
  return (
    <concord-chat
      className="chat"
      client={client}
      collection={collection}
      record={record}
      log={log}
      label={label}
      entry={entry}
      strings={strings}
      readonly={reason !== undefined}
      reason={reason}
      onconcord-link={(event) => {
        event.preventDefault();
        copyLink(entryPath(collection, record, { log, seq: event.detail.seq }));
      }}
      onconcord-open={(event) => {
        const { detail } = event;
        if (!('record' in detail)) return;
        event.preventDefault();
        go(recordPath(detail.collection, detail.record));
      }}
    >
      {children}
    </concord-chat>
  );
}
