import { randomBytes } from 'node:crypto';
import type { ResetReason } from '@concord/protocol';
import type { Store, Transaction } from '@concord/store';
import type { Clock } from '../clock.ts';
import type { Cursors } from '../feed/cursor.ts';
import type { Feed } from '../feed/feed.ts';
import { maxPageBytes, readPage, type Page, type Selected } from '../feed/page.ts';
import type { Reader } from '../feed/resume.ts';
import type { LookBeyond } from '../feed/beyond.ts';
import type { Message, Queued } from './delivery.ts';
import type { DeliveryLog } from './delivery-log.ts';
import { decode, encode, type Endpoint, type Progress, type Replay } from './endpoint.ts';
import type { EndpointReader } from './endpoint-reader.ts';
import { progressKey, replayKey } from './webhook-keys.ts';

export interface TakerParts {
  readonly store: Store;
  readonly feed: Feed;
  readonly lookBeyond: LookBeyond;
  readonly cursors: Cursors;
  readonly clock: Clock;
}

/** A delivery that has been queued; `selected` saves reading its event again. */
export interface Taken {
  readonly delivery: number;
  readonly queued: Queued;
  readonly selected?: Selected;
}

/** In events. The feed is kept whole from the place on disk on (F4). */
const maxLag = 1000;

/**
 * Moves what an endpoint is to be sent from the feed into its queue: the place up to which it has read moves in the
 * commit that queues what lies before it, so a crash loses nothing and repeats nothing.
 */
export class FeedTaker {
  readonly #parts: TakerParts;
  readonly #account: string;
  readonly #id: string;
  readonly #log: DeliveryLog;
  readonly #progress: Progress;
  #mayReplay = true;
  /** The place as it is on disk. Where nothing was for the endpoint, it may lag behind: then it looks at that again. */
  #storedSeq: number;

  constructor(parts: TakerParts, { account, id }: Pick<Endpoint, 'account' | 'id'>, log: DeliveryLog, progress: Progress) {
    this.#parts = parts;
    this.#account = account;
    this.#id = id;
    this.#log = log;
    this.#progress = progress;
    this.#storedSeq = progress.seq;
  }

  /** There may be something to replay. */
  replayAdded(): void {
    this.#mayReplay = true;
  }

  /** The next stretch, of what is to be replayed or of the feed, of at most so many events. Undefined when there is none. */
  async take(reader: EndpointReader, limit: number): Promise<readonly Taken[] | undefined> {
    // What the endpoint may see is not what it was: it is told so, and goes on from here.
    if (reader.digest !== this.#progress.digest) {
      const head = await this.#parts.feed.head(this.#account);
      return this.#queue([this.#reset('access', head, reader.digest)], () => this.#move(head, reader.digest));
    }
    const replayed = this.#mayReplay ? await this.#takeReplay(reader, limit) : undefined;
    return replayed ?? (await this.#takeFeed(reader, limit));
  }

  async #takeFeed({ selection, ...rest }: EndpointReader, limit: number): Promise<readonly Taken[] | undefined> {
    const { feed } = this.#parts;
    const after = this.#progress.seq;
    const through = await feed.head(this.#account);
    if (after >= through) return undefined;
    if (selection === undefined) return this.#pass(through, rest.digest);
    const page = await this.#page({ ...rest, selection }, after, through, limit);
    if (page.reset !== undefined)
      return this.#queue([this.#reset(page.reset, page.seq, rest.digest)], () => this.#move(page.seq, rest.digest));
    if (page.events.length === 0) return this.#pass(page.seq, rest.digest);
    return this.#queue(
      page.events.map((selected) => this.#event(selected)),
      () => this.#move(page.seq, rest.digest),
    );
  }

  async #takeReplay({ selection, ...rest }: EndpointReader, limit: number): Promise<readonly Taken[] | undefined> {
    const { store, feed } = this.#parts;
    this.#mayReplay = false;
    for await (const [key, bytes] of store.range({ prefix: replayKey(this.#account, this.#id), limit: 1 })) {
      this.#mayReplay = true;
      const replay = decode<Replay>(bytes);
      if (selection === undefined || replay.after >= replay.through) return this.#queue([], (tx) => tx.delete(key));
      const page = await this.#page({ ...rest, selection }, replay.after, replay.through, limit);
      // What was compacted cannot be sent again; what lies behind it can.
      const horizon = page.reset === undefined ? 0 : await feed.horizon(this.#account);
      const seq = page.reset === undefined ? page.seq : Math.min(horizon, replay.through);
      const queued =
        page.reset === undefined
          ? page.events.map((selected) => this.#event(selected, true))
          : [this.#reset(page.reset, seq, rest.digest)];
      return this.#queue(queued, (tx) =>
        seq >= replay.through ? tx.delete(key) : tx.put(key, encode({ ...replay, after: seq })),
      );
    }
    return undefined;
  }

  #page(reader: Reader, after: number, through: number, limit: number): Promise<Page> {
    return readPage(this.#parts, reader, { after, through, limit, maxBytes: maxPageBytes });
  }

  /** Nothing up to there is for the endpoint. Not each such event of an account is a commit for each of its endpoints. */
  async #pass(seq: number, digest: string): Promise<readonly Taken[]> {
    if (seq - this.#storedSeq >= maxLag) return this.#queue([], () => this.#move(seq, digest));
    this.#move(seq, digest);
    return [];
  }

  async #queue(all: readonly Omit<Taken, 'delivery'>[], move: (tx: Transaction) => void): Promise<readonly Taken[]> {
    return this.#parts.store.commit([this.#log.scope], (tx) => {
      move(tx);
      // Written by every stretch, as it may be the reason for it.
      tx.put(progressKey(this.#account, this.#id), encode(this.#progress));
      this.#storedSeq = this.#progress.seq;
      return all.map((one) => ({ ...one, delivery: this.#log.append(tx, one.queued) }));
    });
  }

  #move(seq: number, digest: string): void {
    this.#progress.seq = seq;
    this.#progress.digest = digest;
  }

  #event(selected: Selected, replay = false): Omit<Taken, 'delivery'> {
    const { seq, event } = selected.placed;
    const { id, type, collection, record } = event;
    const queued = { id, type, at: this.#parts.clock.now(), seq, collection, record };
    return { queued: replay ? { ...queued, replay } : queued, selected };
  }

  #reset(reason: ResetReason, seq: number, digest: string): Omit<Taken, 'delivery'> {
    const cursor = this.#parts.cursors.format(this.#account, seq, digest);
    return { queued: messageOf('webhook.reset', { reason, cursor }, this.#parts.clock.now()) };
  }
}

/** A message of the webhooks' own, with an id that it keeps. */
export function messageOf(type: Message['type'], data: Message['data'], now: number): Queued {
  const message: Message = { type, timestamp: new Date(now).toISOString(), data };
  return { id: `msg_${randomBytes(16).toString('base64url')}`, type, at: now, message };
}
