import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import type { Transport } from '@concord/client';
import { entryOf, segmentPart, segmentRoots, segmentSize, type InboxAnswer, type LogEntry } from '@concord/protocol';
import { onTestFinished } from 'vitest';
import * as Y from 'yjs';
import { createFeedClient } from '../../kit/feed-client.ts';
import { quickClock } from '../../kit/quick-clock.ts';
import { tokenFor, type TestUser } from '../../kit/tokens.ts';

/** Somebody who has a log before their eyes, and what is to be seen there. */
export interface Watcher {
  /** In their order. */
  entries(): readonly LogEntry[];
  /** Goes away without a word, and keeps what was seen. */
  leave(): void;
  /** Goes on where it left. */
  comeBack(): void;
  /** What is new for it, where it is told. */
  inbox?(): Pick<InboxAnswer, 'items' | 'notifications'> | undefined;
  /** Says something by itself; answers the entry's id once the server has it, and undefined where it cannot be said. */
  send?(text: string, replyTo: string | undefined): Promise<string | undefined>;
}

/** The log of that record in the account `acme`. */
export interface WatchedLog {
  readonly url: string;
  readonly collection: string;
  readonly record: string;
  readonly log: string;
  /** Hears of every entry that is shown. */
  readonly onShown: (id: string, seq: number) => void;
}

/** By stock providers that sync the documents of all segments from the first. */
export async function watchSegments(watched: WatchedLog, as: TestUser): Promise<Watcher> {
  const { url, collection, record, log, onShown } = watched;
  const token = await tokenFor(as);
  const documents: Y.Doc[] = [];
  const providers: HocuspocusProvider[] = [];
  let socket: HocuspocusProviderWebsocket | undefined;

  function provide(document: Y.Doc, segment: number): void {
    if (socket === undefined) return;
    const name = `acme/${collection}/${record}/${segmentPart(log, segment)}`;
    const provider = new HocuspocusProvider({ name, document, token, websocketProvider: socket });
    provider.attach();
    providers.push(provider);
  }

  function open(): void {
    const document = new Y.Doc();
    const entries = document.getMap<LogEntry>(segmentRoots.entries);
    entries.observe(({ keysChanged }) => {
      for (const key of keysChanged) onShown(entries.get(key as string)?.id ?? '', Number(key));
      // The one behind it may be awaited before it has an entry.
      if (document === documents.at(-1) && entries.size === segmentSize) open();
    });
    provide(document, documents.push(document) - 1);
  }

  function comeBack(): void {
    // On the platform's sockets, which may be closed before they are open.
    socket = new HocuspocusProviderWebsocket({
      url: `${url.replace('http', 'ws')}/sync`,
      delay: 20,
      minDelay: 20,
      maxDelay: 200,
    });
    documents.forEach(provide);
  }

  function leave(): void {
    for (const provider of providers.splice(0)) provider.destroy();
    socket?.destroy();
    socket = undefined;
  }

  comeBack();
  open();
  onTestFinished(leave);
  return { entries: () => documents.flatMap(entriesIn), leave, comeBack };
}

function entriesIn(document: Y.Doc): readonly LogEntry[] {
  const [entries, reactions, threads] = Object.values(segmentRoots).map((root) => document.getMap(root)) as [
    Y.Map<LogEntry>,
    Y.Map<LogEntry['reactions'] & object>,
    Y.Map<LogEntry['thread'] & object>,
  ];
  return [...entries]
    .toSorted(([one], [other]) => Number(one) - Number(other))
    .map(([key, entry]) => {
      const [kinds, thread] = [reactions.get(key), threads.get(key)];
      return { ...entry, ...(kinds && { reactions: kinds }), ...(thread && { thread }) };
    });
}

/** By the feed, from its beginning, over that transport. Of a thread it has what its replies come to. */
export function watchFeed(watched: WatchedLog, as: TestUser, transport: Transport): Watcher {
  const { url, collection, record, log, onShown } = watched;
  const { feed } = createFeedClient({ url }, { as, transports: [transport], clock: quickClock(10) });
  const held = new Map<number, LogEntry>();
  let since = '0';
  const follow = (): (() => void) =>
    feed.follow(
      { collections: [`${collection}.${log}`], record, since },
      {
        onReady: (cursor) => (since = cursor),
        onChange(change) {
          if (change.type === 'snapshot' || change.type === 'reset') throw new Error(`The feed came to a ${change.type}.`);
          since = change.cursor;
          const entry = entryOf(change);
          if (entry === undefined) throw new Error(`${change.type} says nothing.`);
          onShown(entry.id, entry.seq);
          held.set(entry.seq, entry);
        },
        onRefused(error) {
          throw error;
        },
      },
    );
  let stop = follow();
  onTestFinished(() => stop());
  return {
    entries: () => withThreads([...held.values()].toSorted((one, other) => one.seq - other.seq)),
    leave: () => stop(),
    comeBack: () => (stop = follow()),
  };
}

const maxAuthors = 5;

/** The same entries, each with what the replies to it that are there come to. */
export function withThreads(entries: readonly LogEntry[]): readonly LogEntry[] {
  const live = Map.groupBy(
    entries.filter(({ replyTo, deletedAt }) => replyTo !== undefined && deletedAt === undefined),
    ({ replyTo }) => replyTo?.seq,
  );
  return entries.map(({ thread: _told, ...entry }) => {
    const replies = live.get(entry.seq);
    const last = replies?.at(-1);
    if (replies === undefined || last === undefined) return entry;
    const authors = [...new Set(replies.map(({ author }) => author).toReversed())].slice(0, maxAuthors).toReversed();
    return { ...entry, thread: { count: replies.length, lastSeq: last.seq, lastAt: last.at, authors } };
  });
}
