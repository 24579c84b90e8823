import { createClient, type Client, type LiveLog, type ShownEntry } from '@concord/client';
import type { ConcordConfig } from '@concord/schema';
import { ConcordError, type LogEntry } from '@concord/protocol';
import { onTestFinished } from 'vitest';
import { tokenFor, type TestUser } from '../../kit/tokens.ts';
import type { WatchedLog, Watcher } from './watchers.ts';

/** By the SDK, as a page that is closed when it leaves and opened anew when it comes back. */
export async function watchClient(watched: WatchedLog, as: TestUser): Promise<Watcher> {
  const { url, collection, record, log: name, onShown } = watched;
  const token = await tokenFor(as);
  let client: Client | undefined;
  let log: LiveLog;
  let isReading = false;
  let last: readonly LogEntry[] = [];

  function comeBack(): void {
    client = createClient<ConcordConfig>({ url, token, storage: 'memory' });
    const opened = client.log(collection, record, name);
    log = opened;
    client.inbox.subscribe(() => undefined);
    opened.subscribe(() => {
      if (opened !== log) return;
      last = opened.get().entries.filter(isThere).map(asTold);
      for (const { id, seq } of last) onShown(id, seq);
      void readBack(opened);
    });
  }

  /** Goes back to the first entry. What cannot be had now is asked for again when something has changed. */
  async function readBack(opened: LiveLog): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      while (opened === log && opened.get().hasOlder && opened.get().phase === 'live') await opened.older();
    } catch (error) {
      // It was closed meanwhile.
      if (!(error instanceof ConcordError)) throw error;
    } finally {
      isReading = false;
    }
  }

  function leave(): void {
    void client?.close();
    client = undefined;
  }

  comeBack();
  onTestFinished(leave);
  return {
    entries: () => last,
    leave,
    comeBack,
    inbox: () => client?.inbox.get(),
    async send(text, replyTo) {
      if (client === undefined) return undefined;
      const { id, done } = log.send({ text, ...(replyTo === undefined ? {} : { replyTo }) });
      try {
        await done;
        return id;
      } catch (error) {
        // What it answers may have been deleted.
        if (error instanceof ConcordError && error.code === 'entry_deleted') return undefined;
        throw error;
      }
    },
  };
}

function isThere(entry: ShownEntry): boolean {
  return entry.seq !== undefined && entry.delivery === 'sent';
}

/** As the server tells it. */
function asTold({ delivery: _sent, isMine: _own, error: _none, ...entry }: ShownEntry): LogEntry {
  return entry as LogEntry;
}
