import { segmentOf, type LogEntry, type LogPage } from '@concord/protocol';
import { createCell } from '../live.ts';
import type { LiveThread, LogState, ShownEntry } from '../log.ts';
import type { LogSource } from './log-source.ts';
import type { Outgoing } from './outgoing.ts';
import type { ShownEntries } from './shown-entries.ts';

export interface OpenThreadParts {
  readonly source: LogSource;
  readonly outgoing: Outgoing;
  readonly shown: ShownEntries;
  /** The entries of the thread, a page of them; the newest without `before`. */
  readonly page: (before: number | undefined) => Promise<LogPage>;
}

/** The segments of so many of the latest replies are kept in step, beside that of the entry that began the thread. */
const maxSegments = 3;

type ThreadState = ReturnType<LiveThread['get']>;

/** One thread of a log: asked for at first and after each loss of the connection, then kept in step by the documents. */
export function openThread(root: number, { source, outgoing, shown, page }: OpenThreadParts): LiveThread {
  const replies = new Map<number, LogEntry>();
  const owner = {};
  let isAsked = false;
  let isAnswered = false;
  let isClosed = false;
  const cell = createCell<ThreadState>({ phase: 'loading', entries: [] }, sameState);

  function belongs({ seq, replyTo }: LogEntry): boolean {
    return seq === root || replyTo?.seq === root;
  }

  async function ask(): Promise<void> {
    if (isAsked || isClosed) return;
    isAsked = true;
    try {
      let before: number | undefined;
      do {
        const { items, hasBefore } = await page(before);
        for (const entry of items) if (belongs(entry)) replies.set(entry.seq, entry);
        before = hasBefore ? items[0]?.seq : undefined;
      } while (before !== undefined && !isClosed);
      isAnswered = true;
      refresh();
    } catch {
      // It is asked again once the log is live again.
      isAsked = false;
    }
  }

  function collect(): void {
    for (const { entries } of source.segments.open.values())
      for (const [seq, entry] of entries) if (belongs(entry)) replies.set(seq, entry);
    for (const seq of replies.keys()) {
      const entry = source.entry(seq);
      if (entry !== undefined) replies.set(seq, entry);
    }
  }

  function refresh(): void {
    if (isClosed) return;
    const { phase } = source;
    if (phase === 'denied') replies.clear();
    else if (phase === 'live') void ask();
    else isAsked = false;
    collect();
    const seqs = [...replies.keys()].toSorted((a, b) => a - b);
    const latest = [...new Set(seqs.map(segmentOf))].slice(-maxSegments);
    source.segments.want(owner, phase === 'denied' || phase === 'gone' ? [] : [segmentOf(root), ...latest]);
    const changes = outgoing.changes();
    const first = replies.get(root);
    const entries: ShownEntry[] = seqs.map((seq) => {
      const entry = replies.get(seq) as LogEntry;
      return shown.sent(entry, changes.get(entry.id));
    });
    for (const post of outgoing.entries()) {
      const { shown: sending, body } = post.command;
      const isHere = sending?.replyTo?.seq === root || (first !== undefined && body?.['replyTo'] === first.id);
      if (isHere) entries.push(shown.outgoing(post, changes.get(post.command.entry ?? '')));
    }
    const isLoading = first === undefined || (phase === 'live' && !isAnswered);
    cell.set({ phase: isLoading && (phase === 'live' || phase === 'offline') ? 'loading' : phase, entries });
  }

  const stops = [source.changed.add(refresh), outgoing.changed.add(refresh)];
  refresh();
  return {
    get: cell.get,
    subscribe: cell.subscribe,
    close() {
      if (isClosed) return;
      isClosed = true;
      for (const stop of stops) stop();
      source.segments.want(owner, []);
    },
  };
}

function sameState(a: { readonly phase: LogState['phase']; readonly entries: readonly ShownEntry[] }, b: typeof a): boolean {
  return a.phase === b.phase && a.entries.length === b.entries.length && a.entries.every((entry, at) => entry === b.entries[at]);
}
