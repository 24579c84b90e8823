import type { Clock } from '../clock.ts';
import type { Cursors } from './cursor.ts';
import type { EventEncoder } from './encoding.ts';
import type { Placed } from './feed.ts';
import type { RecordRow } from '../records/record-row.ts';
import { readPage, type PageParts } from './page.ts';
import { isWhole } from './seen-event.ts';
import type { Sight } from './sight.ts';
import type { EndReason, Subscriber } from './subscriber.ts';

export interface ChannelParts extends PageParts {
  readonly cursors: Cursors;
  readonly encoder: EventEncoder;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly maxUnsentBytes: number;
  /** For what nobody else hears of. */
  readonly report: (error: unknown) => void;
}

const pageEvents = 100;

/** A subscriber that catches up has about twice this unsent at most. */
const maxAheadBytes = 256 * 1024;

/**
 * The live readers of one account. Those that are up to date are served together, each new event being
 * read and encoded once; one that is behind reads pages of its own, no faster than it takes them, until it
 * has reached the others.
 */
export class Channel {
  readonly #account: string;
  readonly #parts: ChannelParts;
  readonly #onEmpty: () => void;
  readonly #members = new Set<Subscriber>();
  /** What all that are live have been sent, or further. */
  #seq: number;
  #head: number;
  #pumping = false;
  readonly #stopListening: () => void;
  #cancelHeartbeat: () => void = () => {};

  constructor(account: string, head: number, parts: ChannelParts, onEmpty: () => void) {
    this.#account = account;
    this.#parts = parts;
    this.#onEmpty = onEmpty;
    this.#seq = head;
    this.#head = head;
    this.#stopListening = parts.feed.onPublished(account, (now) => {
      this.#head = Math.max(this.#head, now);
      this.#wake();
    });
    this.#beatLater();
  }

  /** The subscriber has been told how its resume went, and goes on behind its `seq`. */
  join(subscriber: Subscriber): void {
    this.#members.add(subscriber);
    void this.#catchUp(subscriber);
  }

  leave(subscriber: Subscriber): void {
    if (subscriber.state === 'ended') return;
    subscriber.state = 'ended';
    subscriber.cancelExpiry();
    subscriber.onEnded();
    this.#members.delete(subscriber);
    if (this.#members.size > 0) return;
    this.#stopListening();
    this.#cancelHeartbeat();
    this.#onEmpty();
  }

  end(subscriber: Subscriber, why: EndReason): void {
    if (subscriber.state === 'ended') return;
    this.leave(subscriber);
    subscriber.sink.end(why);
  }

  close(): void {
    for (const subscriber of this.#members) this.end(subscriber, 'closing');
  }

  /** One pump at a time, so that events leave in order (F1). */
  #wake(): void {
    if (this.#pumping || this.#seq >= this.#head || this.#members.size === 0) return;
    this.#pumping = true;
    this.#pump().then(
      () => {
        this.#pumping = false;
        this.#wake();
      },
      (error: unknown) => {
        this.#pumping = false;
        // The store cannot be read just now. The feed wakes us when it was reopened (J3), else the heartbeat does.
        this.#parts.report(error);
      },
    );
  }

  async #pump(): Promise<void> {
    while (this.#seq < this.#head && this.#members.size > 0) {
      const head = this.#head;
      const events = await this.#parts.feed.read(this.#account, this.#seq, pageEvents);
      for (const placed of events) {
        // Nothing is awaited between this question and the answers, unless there is a row for all of them.
        if (this.#needsRow(placed))
          this.#deliver(placed, await this.#parts.readRow(this.#account, placed.event.collection, placed.event.record));
        else this.#deliver(placed, undefined);
      }
      if (events.length < pageEvents) this.#seq = Math.max(this.#seq, head);
    }
  }

  #needsRow({ event }: Placed): boolean {
    if (isWhole(event)) return false;
    for (const member of this.#members) {
      if (member.state === 'live' && member.reader.selection.judge(event) === 'unknown') return true;
    }
    return false;
  }

  #deliver(placed: Placed, row: RecordRow | undefined): void {
    this.#seq = placed.seq;
    for (const member of this.#members) {
      if (member.state !== 'live' || member.seq >= placed.seq) continue;
      const { selection } = member.reader;
      const judged = selection.judge(placed.event);
      member.seq = placed.seq;
      const sight = judged === 'unknown' ? selection.judgeBy(placed.event, row) : judged;
      if (sight !== undefined) this.#send(member, placed, sight);
    }
  }

  #send(member: Subscriber, placed: Placed, sight: Sight): void {
    const { encoder, maxUnsentBytes } = this.#parts;
    member.sink.event(encoder.encode(this.#account, member.reader.digest, placed, sight));
    if (member.sink.unsentBytes > maxUnsentBytes) this.end(member, 'slow');
  }

  async #catchUp(member: Subscriber): Promise<void> {
    try {
      while (member.state === 'behind') await this.#catchUpOnePage(member);
    } catch (error) {
      this.#parts.report(error);
      this.end(member, 'failed');
    }
  }

  async #catchUpOnePage(member: Subscriber): Promise<void> {
    const { feed, cursors, maxUnsentBytes } = this.#parts;
    const aheadBytes = Math.min(maxAheadBytes, maxUnsentBytes / 4);
    // No page is held while its reader is waited for.
    if (member.sink.unsentBytes > aheadBytes) await member.sink.drained();
    const head = await feed.head(this.#account);
    if (member.state !== 'behind') return;
    // The head that was just read may be behind the pump by now; the pump's place never is.
    if (member.seq >= head && member.seq >= this.#seq) {
      member.state = 'live';
      return;
    }
    const page = await readPage(this.#parts, member.reader, {
      after: member.seq,
      through: head,
      limit: pageEvents,
      maxBytes: aheadBytes,
    });
    if (member.state !== 'behind') return;
    if (page.reset !== undefined) {
      member.seq = page.seq;
      member.sink.reset(page.reset, cursors.format(this.#account, page.seq, member.reader.digest));
      return;
    }
    for (const { placed, sight } of page.events) {
      member.seq = placed.seq;
      this.#send(member, placed, sight);
      if (member.state !== 'behind') return;
    }
    member.seq = page.seq;
  }

  #beatLater(): void {
    this.#cancelHeartbeat = this.#parts.clock.after(this.#parts.heartbeatMs, () => {
      this.#beatLater();
      this.#wake();
      for (const { sink, seq, reader } of this.#members) {
        // Whoever still has something to take gets a sign of life by that.
        if (sink.unsentBytes === 0) sink.heartbeat(this.#parts.cursors.format(this.#account, seq, reader.digest));
      }
    });
  }
}
