import { createHash, randomInt } from 'node:crypto';
import { defaultLimits, type ChangesPage, type Limits } from '@concord/protocol';
import type { Schema } from '@concord/schema';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Clock } from '../clock.ts';
import { createActivity } from './activity.ts';
import {
  formatSnapshotPage,
  parseChangesQuery,
  readerFor,
  type ChangesQuery,
  type ChangesRequest,
  type FeedRequest,
} from './changes-query.ts';
import type { Bus } from './bus.ts';
import { createCursors } from './cursor.ts';
import { EventEncoder } from './encoding.ts';
import type { Feed } from './feed.ts';
import { createHub, type PushTransport } from './hub.ts';
import { waitForPage } from './long-poll.ts';
import type { FeedMeta } from './meta.ts';
import { maxPageBytes, readPage, type Page } from './page.ts';
import { resume, type Reader, type Resume } from './resume.ts';
import { createLookBeyond } from './beyond.ts';
import { readSnapshotPage, type SnapshotRows } from './snapshot.ts';
import type { SelectionRequest } from './selection-request.ts';
import type { Sink, Subscription } from './subscriber.ts';

export interface ChangesOptions {
  readonly feed: Feed;
  /** The one that the feed announces on. */
  readonly bus: Bus;
  readonly clock: Clock;
  readonly meta: FeedMeta;
  readonly schema: Schema;
  readonly access: Access;
  readonly rows: SnapshotRows;
  readonly limits?: Pick<Limits, 'maxUnsentBytes' | 'maxEventBytes'>;
  /** How long a stream may say nothing. */
  readonly heartbeatMs?: number;
  /** From 0 to below 1. */
  readonly random?: () => number;
  /** Hears of failures that no request is answered with. */
  readonly report?: (error: unknown) => void;
}

/** The answer to a poll. */
export interface PollAnswer {
  readonly etag: string;
  readonly pollAfterMs: number;
  /** A ChangesPage as JSON; absent when the asker has it already. */
  readonly body?: string;
}

/** How often each transport is used: polls since the start; those waiting or connected now. */
export interface ReaderCounts {
  readonly poll: number;
  readonly longpoll: number;
  readonly sse: number;
  /** Subscriptions, of which a socket may have many. */
  readonly realtime: number;
}

/** The feed as readers see it: every transport reads it here, with the same cursors and the same events. */
export interface Changes {
  parse(request: ChangesRequest, principal: Principal): ChangesQuery;
  /** Who reads what. Throws as {@link Changes.parse} does. */
  reader(asked: SelectionRequest, principal: Principal): Reader;
  /** The cursor behind event `seq` for that reader: lists carry it. */
  cursor(principal: Principal, seq: number): string;
  /** `known` is the request's If-None-Match. Throws `invalid_cursor`. */
  poll(query: ChangesQuery, known?: string): Promise<PollAnswer>;
  /** Answers a ChangesPage as JSON when there is something, when time is up, or when `gone` says that nobody waits any more. */
  longPoll(query: ChangesQuery, principal: Principal, gone: AbortSignal): Promise<string>;
  /** To be asked before {@link Changes.subscribe}. Throws `invalid_cursor`. */
  resume(query: FeedRequest): Promise<Resume>;
  subscribe(transport: PushTransport, query: FeedRequest, principal: Principal, from: Resume, sink: Sink): Subscription;
  counts(): ReaderCounts;
  /** Whether {@link Changes.close} was called: connections should not be kept for another request. */
  readonly closed: boolean;
  /** Answers all that wait, ends all streams, and lets nobody wait any more. Idempotent. */
  close(): void;
}

export function createChanges(options: ChangesOptions): Changes {
  const { feed, clock, meta, schema, access, rows, limits = defaultLimits } = options;
  const random = options.random ?? (() => randomInt(2 ** 32) / 2 ** 32);
  const lookBeyond = createLookBeyond(feed, rows.readRow);
  const cursors = createCursors({ epoch: meta.epoch, key: meta.cursorKey });
  const encoder = new EventEncoder(cursors, limits.maxEventBytes);
  const activity = createActivity({ bus: options.bus, clock });
  const advise = (reader: Reader, pending: number, newestAt?: number): number =>
    activity.pollAfterMs(askerOf(reader), pending, newestAt, reader.selection.isEverything ? reader.account : undefined);
  const hub = createHub({
    feed,
    lookBeyond,
    rows,
    cursors,
    encoder,
    clock,
    heartbeatMs: options.heartbeatMs ?? 25_000,
    maxUnsentBytes: limits.maxUnsentBytes,
    report: options.report ?? (() => {}),
  });
  const resumeParts = { feed, cursors, epoch: meta.epoch };
  /** Long polls that wait, each with what ends its wait. */
  const waiting = new Set<AbortController>();
  let closed = false;
  let polls = 0;

  function encodePage(
    { reader, transport }: ChangesQuery,
    from: Resume,
    page: Page,
    head: number,
  ): { pollAfterMs: number; body: string } {
    const { account, digest } = reader;
    const reset = from.reset ?? page.reset;
    const pending = head - page.seq;
    const newest = page.events.at(-1)?.placed.event.timestamp;
    const advised = advise(reader, pending, newest === undefined ? undefined : Date.parse(newest));
    // The next long poll waits here, not there.
    const pollAfterMs = transport === 'longpoll' && !closed ? 0 : advised;
    const rest: Omit<ChangesPage, 'results'> = {
      cursor: cursors.format(account, page.seq, digest),
      pending,
      pollAfterMs,
      resumed: reset === undefined,
      ...(reset === undefined ? {} : { reset }),
    };
    const results = page.events.map(({ placed, sight }) => encoder.encode(account, digest, placed, sight).json);
    return { pollAfterMs, body: `{"results":[${results.join(',')}],${JSON.stringify(rest).slice(1)}` };
  }

  /** A page of the records that there are. Behind the last the reader goes on from the cursor that all of them bear. */
  async function snapshotAnswer(query: ChangesQuery, from: Resume): Promise<PollAnswer> {
    const { reader, limit } = query;
    const { reset } = from;
    // What was begun under other rights begins anew.
    const after = reset === undefined ? query.after : undefined;
    const seq = after === undefined ? from.head : from.seq;
    const { items, next } = await readSnapshotPage(rows, reader, after, limit);
    const cursor = cursors.format(reader.account, seq, reader.digest);
    const page: ChangesPage = {
      results: [],
      snapshot: items,
      ...(next === undefined ? {} : { nextPage: formatSnapshotPage(cursor, next) }),
      cursor,
      pending: from.head - seq,
      pollAfterMs: 0,
      resumed: reset === undefined,
      ...(reset === undefined ? {} : { reset }),
    };
    return { etag: etagOf(meta.epoch, query, from), pollAfterMs: 0, body: JSON.stringify(page) };
  }

  /** When the answer is due: at random a little before its time, so that those that started together do not stay so. */
  function deadlineMs({ timeoutMs }: ChangesQuery, { expiresAt }: Principal): number {
    const ms = timeoutMs - Math.floor(timeoutMs * maxJitter * random());
    return expiresAt === undefined ? ms : Math.max(0, Math.min(ms, expiresAt - clock.now()));
  }

  return {
    reader: (asked, principal) => readerFor(asked, principal, { schema, access }),
    parse: (request, principal) => parseChangesQuery(request, principal, { schema, access }),
    cursor: (principal, seq) => cursors.format(principal.account, seq, access.digest(principal)),

    async poll(query, known) {
      polls++;
      const { reader, limit } = query;
      const from = await resume(resumeParts, reader, query.since);
      const isListed = query.snapshot && (query.after !== undefined || !from.goesOn);
      if (isListed) return await snapshotAnswer(query, from);
      const etag = etagOf(meta.epoch, query, from);
      if (known !== undefined && isKnown(known, etag)) return { etag, pollAfterMs: advise(reader, 0) };
      const page = await readPage({ feed, lookBeyond }, reader, {
        after: from.seq,
        through: from.head,
        limit,
        maxBytes: maxPageBytes,
      });
      return { etag, ...encodePage(query, from, page, from.head) };
    },

    async longPoll(query, principal, gone) {
      const { reader, limit } = query;
      const from = await resume(resumeParts, reader, query.since);
      if (from.reset !== undefined) return encodePage(query, from, { events: [], seq: from.seq }, from.head).body;
      const over = new AbortController();
      const end = () => over.abort();
      const ms = deadlineMs(query, principal);
      if (closed || gone.aborted || ms <= 0) end();
      gone.addEventListener('abort', end);
      const cancelTimer = clock.after(ms, end);
      waiting.add(over);
      try {
        const page = await waitForPage({ feed, lookBeyond }, reader, { after: from.seq, limit, over: over.signal });
        return encodePage(query, from, page, Math.max(page.seq, await feed.head(reader.account))).body;
      } finally {
        waiting.delete(over);
        cancelTimer();
        gone.removeEventListener('abort', end);
      }
    },

    resume: (query) => resume(resumeParts, query.reader, query.since),
    subscribe: (transport, query, principal, from, sink) =>
      hub.subscribe({
        transport,
        reader: query.reader,
        resume: from,
        sink,
        snapshot: query.snapshot,
        expiresAt: principal.expiresAt,
      }),

    get closed() {
      return closed;
    },
    counts: () => ({ poll: polls, longpoll: waiting.size, sse: hub.count('sse'), realtime: hub.count('realtime') }),
    close() {
      closed = true;
      for (const over of waiting) over.abort();
      hub.close();
    },
  };
}

/** Who asks for what. */
function askerOf({ account, digest, selection }: Reader): string {
  return `${account} ${digest} ${selection.name}`;
}

const maxJitter = 0.1;

/**
 * Weak, as `pollAfterMs` may differ under it. The page is determined by all that goes into it, so telling
 * that nothing has changed takes no reading of the feed.
 */
function etagOf(epoch: string, { reader, limit }: ChangesQuery, { seq, head, reset }: Resume): string {
  const { account, digest, selection } = reader;
  const parts = [epoch, account, digest, selection.name, limit, seq, head, reset ?? ''];
  return `W/"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}"`;
}

function isKnown(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = etag.slice(2);
  return ifNoneMatch.split(',').some((known) => known.trim().replace(/^W\//, '') === opaque);
}
