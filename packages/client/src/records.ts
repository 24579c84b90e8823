import type { ConcordConfig } from '@concord/schema';
import type { CollectionPresences } from './collection-presences.ts';
import type { Commands } from './commands.ts';
import type { Core } from './core.ts';
import type { LiveLog } from './log.ts';
import type { LiveRecord } from './record.ts';
import { createRecordSession, type RecordSession } from './record-session.ts';

/** The open records of a client: one session each, for however many handles. */
export interface Records {
  open(collection: string, id: string): LiveRecord;
  close(): void;
}

/** A record that no handle is open of is closed after this long: who turns back a page finds it as it was. */
const lingerMs = 5_000;

interface Entry {
  readonly session: RecordSession;
  /** No create of it is waited for any more. */
  readonly stopWatching: () => void;
  handles: number;
  /** Where those who look at the collection see this tab. */
  place: ReturnType<CollectionPresences['enter']> | undefined;
  cancelClose: () => void;
}

export function createRecords(
  core: Core,
  presences: CollectionPresences,
  commands: Pick<Commands<ConcordConfig>, 'pending'>,
  openLog: (collection: string, record: string, name: string) => LiveLog,
): Records {
  const entries = new Map<string, Entry>();

  function create(collection: string, id: string, key: string): Entry {
    const isBeingCreated = (): boolean =>
      commands.pending
        .get()
        .some((command) => command.operation === 'create' && command.collection === collection && command.record === id);
    const session = createRecordSession({
      collection,
      id,
      connection: core.ways.status,
      schema: core.schema.schema,
      me: () => core.schema.me.get()?.id,
      replicas: () => core.device?.replicas,
      values: () => core.device?.values,
      onPrepared: core.onPrepared,
      isBeingCreated,
      onFocus: (field) => entry.place?.focus(field),
    });
    // Once it has been created it can be opened.
    let wasBeingCreated = isBeingCreated();
    const stopWatching = commands.pending.subscribe(() => {
      const isNow = isBeingCreated();
      if (wasBeingCreated && !isNow) session.record.retry();
      wasBeingCreated = isNow;
    });
    const entry: Entry = { session, stopWatching, handles: 0, place: undefined, cancelClose: () => undefined };
    entries.set(key, entry);
    return entry;
  }

  function close(key: string, entry: Entry): void {
    entry.cancelClose();
    entries.delete(key);
    entry.stopWatching();
    entry.session.close();
  }

  return {
    open(collection, id) {
      const key = `${collection}/${id}`;
      const kept = entries.get(key);
      // What was over when it was left may have been restored, or given, since: it is asked for anew.
      if (kept !== undefined && kept.handles === 0 && isOver(kept)) close(key, kept);
      const entry = entries.get(key) ?? create(collection, id, key);
      entry.cancelClose();
      if (entry.handles++ === 0) {
        entry.place = presences.enter(collection, id);
        entry.session.enter();
      }
      let isOpen = true;
      return Object.create(entry.session.record, {
        log: { value: (name: string) => openLog(collection, id, name) },
        close: {
          value(): void {
            if (!isOpen) return;
            isOpen = false;
            if (--entry.handles > 0) return;
            entry.place?.leave();
            entry.session.leave();
            entry.cancelClose = core.clock.after(lingerMs, () => close(key, entry));
          },
        },
      }) as LiveRecord;
    },
    close() {
      for (const [key, entry] of Array.from(entries)) close(key, entry);
    },
  };
}

function isOver({ session }: Entry): boolean {
  const { phase } = session.record.status.get();
  return phase === 'gone' || phase === 'denied';
}
