import { formatDocumentName } from '@concord/protocol';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { SessionStore } from '../session/session.ts';
import type { TicketFeed } from '../tickets/ticket-feed.ts';
import { openRecord, type RecordSession, type RecordState } from './record-session.ts';
import { codeOf, recourseOf } from './refusal.ts';

/** A ticket, open for as long as the caller is shown. `null` before it is opened. */
export function useRecord(account: string, id: string, feed: TicketFeed | null, session: SessionStore): RecordSession | null {
  const [record, setRecord] = useState<RecordSession | null>(null);

  useEffect(() => {
    const opened = openRecord(formatDocumentName({ account, collection: 'tickets', record: id }), session);
    setRecord(opened);
    const stop = session.subscribe(() => {
      const { refusal } = opened.get();
      if (session.get().status === 'open' && refusal !== null && recourseOf(codeOf(refusal)) === 'sign-in') opened.reopen();
    });
    return () => {
      stop();
      opened.close();
    };
  }, [account, id, session]);

  useEffect(() => {
    if (record === null) return;
    // The feed tells of a deletion, and of its undoing, also while the document is not connected.
    return feed?.onEvent((event) => {
      if (event.record !== id) return;
      if (event.type === 'tickets.delete') record.refuse('record_deleted');
      else if (record.get().refusal === 'record_deleted') record.reopen();
    });
  }, [record, feed, id]);

  return record;
}

export function useRecordState(record: RecordSession): RecordState {
  return useSyncExternalStore(record.subscribe, record.get);
}
