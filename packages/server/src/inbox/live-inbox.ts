import type { InboxItem, InboxMessage, InboxNotification } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import type { Clock } from '../clock.ts';
import type { EndReason } from '../feed/subscriber.ts';
import type { LogAddress } from '../logs/log-address.ts';
import { latestOf, placeOf, type InboxReader, type LogNews, type LogShare } from './read-inbox.ts';

/** Where a live inbox is told. */
export interface InboxSink {
  /** Resolves once what was pushed has left, or the other side is gone. */
  drained(): Promise<void>;
  push(message: Omit<InboxMessage, 'id'>): void;
  /** Nothing more will be pushed. */
  end(why: EndReason): void;
}

export interface LiveInboxParts {
  readonly reader: InboxReader;
  readonly clock: Clock;
  /** What is known of a log until it changes. */
  readonly shareOf: (address: LogAddress) => LogShare;
  /** Reading the store has failed, so that nothing is told before the next change. */
  readonly report: (error: unknown) => void;
}

/** Changes are told at once after a pause, then joined: at most one message in so many milliseconds. */
const windowMs = 500;

/** Logs that are read at once. */
const width = 16;

/**
 * What is new for one user, as it changes. Each change of a log has its item read anew, so what is told cannot drift from
 * what is stored.
 */
export class LiveInbox {
  readonly principal: Principal;
  readonly #parts: LiveInboxParts;
  readonly #sink: InboxSink;
  /** By place; undefined of a log that is followed, or was, and may not be read. */
  #known = new Map<string, LogNews | undefined>();
  #toldNotifications = '[]';
  /** Places of logs that have changed, or all. */
  #dirty: Map<string, LogAddress> | 'all' = 'all';
  #isReading = false;
  #isStopped = false;
  #readAt = -Infinity;
  #cancel: (() => void) | undefined;

  constructor(principal: Principal, sink: InboxSink, parts: LiveInboxParts) {
    this.principal = principal;
    this.#sink = sink;
    this.#parts = parts;
    this.#readSoon();
  }

  /** Whether the log is among those that it tells of. */
  knows(address: LogAddress): boolean {
    return this.#known.has(placeOf(address));
  }

  /** Something has changed there. */
  changed(address: LogAddress): void {
    if (this.#dirty !== 'all') this.#dirty.set(placeOf(address), address);
    this.#readSoon();
  }

  /** What was told may not be: all is told anew. */
  reset(): void {
    this.#dirty = 'all';
    this.#readSoon();
  }

  /** Ends it, telling the other side why. */
  end(why: EndReason): void {
    this.stop();
    this.#sink.end(why);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #readSoon(): void {
    if (this.#isReading || this.#isStopped || this.#cancel !== undefined) return;
    const waitMs = this.#readAt + windowMs - this.#parts.clock.now();
    if (waitMs > 0) {
      this.#cancel = this.#parts.clock.after(waitMs, () => this.#read());
    } else {
      const turn = setImmediate(() => this.#read());
      this.#cancel = () => clearImmediate(turn);
    }
  }

  #read(): void {
    this.#cancel = undefined;
    this.#readAt = this.#parts.clock.now();
    this.#isReading = true;
    const dirty = this.#dirty;
    this.#dirty = new Map();
    this.#tell(dirty).then(
      () => this.#hasRead(),
      (error: unknown) => {
        this.#hasRead();
        // What was not told is told with the next change, or when the store is back.
        this.#dirty = 'all';
        this.#parts.report(error);
      },
    );
  }

  #hasRead(): void {
    this.#isReading = false;
    if (this.#dirty === 'all' || this.#dirty.size > 0) this.#readSoon();
  }

  async #tell(dirty: ReadonlyMap<string, LogAddress> | 'all'): Promise<void> {
    await this.#sink.drained();
    const { reader } = this.#parts;
    const { account, user } = this.principal;
    const logs = dirty === 'all' ? await reader.logsOf(account, user) : [...dirty.values()];
    const known = dirty === 'all' ? new Map<string, LogNews | undefined>() : new Map(this.#known);
    const items: InboxItem[] = [];
    const removed: InboxMessage['removed'][number][] = [];
    for (const [address, news] of await this.#readLogs(logs)) {
      const place = placeOf(address);
      const before = known.get(place);
      known.set(place, news);
      if (news === undefined && before !== undefined)
        removed.push({ collection: address.collection, record: address.record, log: address.log });
      if (news !== undefined && JSON.stringify(news.item) !== JSON.stringify(before?.item)) items.push(news.item);
    }
    if (this.#isStopped) return;
    this.#known = known;
    const isWhole = dirty === 'all';
    const notifications = notificationsOf([...known.values()].flatMap((news) => news ?? []));
    const told = JSON.stringify(notifications);
    const isNews = isWhole || told !== this.#toldNotifications;
    if (!isNews && items.length === 0 && removed.length === 0) return;
    this.#toldNotifications = told;
    this.#sink.push({ type: 'inbox', items, removed, ...(isNews ? { notifications } : {}), isWhole });
  }

  async #readLogs(logs: readonly LogAddress[]): Promise<readonly (readonly [LogAddress, LogNews | undefined])[]> {
    return await readLogs(logs, (address) => this.#parts.reader.read(this.principal, address, this.#parts.shareOf(address)));
  }
}

/** Reads some logs at a time. Answers in their order. */
export async function readLogs(
  logs: readonly LogAddress[],
  read: (address: LogAddress) => Promise<LogNews | undefined>,
): Promise<readonly (readonly [LogAddress, LogNews | undefined])[]> {
  const found: (readonly [LogAddress, LogNews | undefined])[] = [];
  for (let start = 0; start < logs.length; start += width) {
    const some = logs.slice(start, start + width);
    found.push(...(await Promise.all(some.map(async (address) => [address, await read(address)] as const))));
  }
  return found;
}

/** The latest of all logs. */
export function notificationsOf(news: Iterable<LogNews>): readonly InboxNotification[] {
  return latestOf([...news].flatMap(({ notifications }) => notifications));
}
