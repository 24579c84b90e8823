import type { ShownEntry } from '@concord/client';
import type { ChatScope } from './chat-scope.ts';

/** What of a log has been read, and what is new. */
export interface Reading {
  /** The number of the first entry that was new when the chat was opened: where the line stands. Call it while rendering. */
  unreadFrom(): number | undefined;
  /** The newest is in sight: what is there has been read, as long as the page has the focus. */
  markRead(): void;
  /** From this entry on nothing counts as read, until somebody writes something. */
  markUnread(seq: number): void;
  resume(): void;
  /** How many entries of others have come since the newest was last in sight. */
  countNew(entries: readonly ShownEntry[], isInSight: boolean): number;
  close(): void;
}

export function createReading(scope: ChatScope): Reading {
  const { log, client } = scope;
  /** What had been read when the chat was opened; undefined until that is known. */
  let readAtOpening: number | undefined;
  let readUpTo = 0;
  let seenUpTo: number | undefined;
  let isHeld = false;
  const onFocus = (): void => scope.update();
  addEventListener('focus', onFocus);

  return {
    unreadFrom() {
      const inbox = scope.read(client.inbox);
      if (readAtOpening === undefined && inbox.phase !== 'loading') {
        const item = client.inbox.item(log.collection, log.record, log.name);
        // A log that one does not follow has nothing new in it.
        readAtOpening = item === undefined ? Infinity : item.readSeq;
        readUpTo = item?.readSeq ?? 0;
      }
      return readAtOpening === undefined || readAtOpening === Infinity ? undefined : readAtOpening + 1;
    },
    markRead() {
      const { head } = log.get();
      if (isHeld || readAtOpening === undefined || head <= readUpTo) return;
      if (document.visibilityState !== 'visible' || !document.hasFocus()) return;
      readUpTo = head;
      log.read(head).catch(() => {
        // It stays unread, and is marked again with the next one.
      });
    },
    markUnread(seq) {
      isHeld = true;
      readAtOpening = seq - 1;
      readUpTo = seq - 1;
      scope.attempt(log.read(seq - 1));
      scope.update();
    },
    resume() {
      isHeld = false;
    },
    countNew(entries, isInSight) {
      const last = entries.findLast(({ seq }) => seq !== undefined)?.seq ?? 0;
      if (isInSight || seenUpTo === undefined) seenUpTo = last;
      const seen = seenUpTo;
      if (last <= seen) return 0;
      return entries.filter(({ seq, isMine, system }) => seq !== undefined && seq > seen && !isMine && system === undefined)
        .length;
    },
    close: () => removeEventListener('focus', onFocus),
  };
}
