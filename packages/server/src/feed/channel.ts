import type { ResetReason } from '@concord/protocol';
import type { Clock } from '../clock.ts';
import type { Cursors } from './cursor.ts';
import type { EventEncoder } from './encoding.ts';
import type { Placed, StoredEvent } from './feed.ts';
import type { Beyond } from './beyond.ts';
import { readPage, type Page, type PageParts } from './page.ts';
import { readSnapshotPage, type SnapshotPlace, type SnapshotRows } from './snapshot.ts';
import type { Sight } from './sight.ts';
import type { Reader } from './resume.ts';
import type { EndReason, Subscriber } from './subscriber.ts';

export interface ChannelParts extends PageParts {
  readonly cursors: Cursors;
  readonly rows: SnapshotRows;
  readonly encoder: EventEncoder;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly maxUnsentBytes: number;
  /** For what nobody else hears of. */
  readonly report: (error: unknown) => void;
}

const pageEvents = 100;

/** Subscribers that may see the same and have asked for the same. */
interface Group {
  readonly reader: Reader;
  readonly members: Set<Subscriber>;
}

/** Of a record or of an entry. */
function nameOfSubject({ collection, record, entry }: SnapshotPlace): string {
  return [collection, record, ...(entry === undefined ? [] : [entry.log, entry.seq])].join('/');
}

function subjectOf({ collection, record, log, seq }: StoredEvent): SnapshotPlace {
  return { collection, record, ...(log === undefined || seq === undefined ? {} : { entry: { log, seq } }) };
}

function nameOf({ digest, selection }: Reader): string {
  return `${digest} ${selection.name}`;
}

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
  readonly #groups = new Map<string, Group>();
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
    this.#groupOf(subscriber.reader).members.add(subscriber);
    void this.#catchUp(subscriber);
  }

  leave(subscriber: Subscriber): void {
    if (subscriber.state === 'ended') return;
    subscriber.state = 'ended';
    subscriber.cancelExpiry();
    subscriber.onEnded();
    this.#members.delete(subscriber);
    const group = this.#groupOf(subscriber.reader);
    group.members.delete(subscriber);
    if (group.members.size === 0) this.#groups.delete(nameOf(subscriber.reader));
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

  #groupOf(reader: Reader): Group {
    const name = nameOf(reader);
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = { reader, members: new Set() }));
    return group;
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
        const unsure = this.#deliver(placed);
        if (unsure.length > 0) this.#deliverBy(placed, unsure, await this.#parts.lookBeyond(this.#account, placed.event));
      }
      if (events.length < pageEvents) this.#seq = Math.max(this.#seq, head);
    }
  }

  /**
   * Delivers an event to all that are live, judged once for all that see and ask for the same. Answers those of whom the
   * event alone does not tell whether they get it.
   */
  #deliver(placed: Placed): readonly Group[] {
    // Whoever comes to be live from here on has read this one itself.
    this.#seq = placed.seq;
    const unsure: Group[] = [];
    for (const group of this.#groups.values()) {
      const judged = group.reader.selection.judge(placed.event);
      if (judged === 'unknown') unsure.push(group);
      else this.#send(group, placed, judged);
    }
    return unsure;
  }

  #deliverBy(placed: Placed, unsure: readonly Group[], beyond: Beyond): void {
    for (const group of unsure) this.#send(group, placed, group.reader.selection.judgeBy(placed.event, beyond));
  }

  #send({ members, reader }: Group, placed: Placed, sight: Sight | undefined): void {
    const { encoder, maxUnsentBytes } = this.#parts;
    const encoded = sight && encoder.encode(this.#account, reader.digest, placed, sight);
    for (const member of members) {
      if (member.state !== 'live' || member.seq >= placed.seq) continue;
      member.seq = placed.seq;
      if (encoded === undefined) continue;
      member.sink.event(encoded);
      if (member.sink.unsentBytes > maxUnsentBytes) this.end(member, 'slow');
    }
  }

  async #catchUp(member: Subscriber): Promise<void> {
    try {
      while (member.state === 'listing' || member.state === 'behind') {
        // No page is held while its reader is waited for.
        if (member.sink.unsentBytes > this.#aheadBytes) await member.sink.drained();
        if (member.state === 'listing') await this.#listOnePage(member);
        else if (member.state === 'behind') await this.#catchUpOnePage(member);
      }
    } catch (error) {
      this.#parts.report(error);
      this.end(member, 'failed');
    }
  }

  get #aheadBytes(): number {
    return Math.min(maxAheadBytes, this.#parts.maxUnsentBytes / 4);
  }

  async #listOnePage(member: Subscriber): Promise<void> {
    const { items, next, read } = await readSnapshotPage(this.#parts.rows, member.reader, member.listing.after, pageEvents);
    if (member.state !== 'listing') return;
    for (const { place, lastEvent } of read) if (lastEvent > member.seq) member.known.set(nameOfSubject(place), lastEvent);
    if (items.length > 0) member.sink.snapshot(items);
    member.listing.after = next;
    if (member.sink.unsentBytes > this.#parts.maxUnsentBytes) return this.end(member, 'slow');
    if (next !== undefined) return;
    member.state = 'behind';
    member.sink.resumed(this.#parts.cursors.format(this.#account, member.seq, member.reader.digest));
  }

  async #catchUpOnePage(member: Subscriber): Promise<void> {
    const { feed } = this.#parts;
    const head = await feed.head(this.#account);
    if (member.state !== 'behind') return;
    // The head that was just read may be behind the pump by now; the pump's place never is.
    if (member.seq >= head && member.seq >= this.#seq) {
      member.state = 'live';
      member.known.clear();
      return;
    }
    const page = await readPage(this.#parts, member.reader, {
      after: member.seq,
      through: head,
      limit: pageEvents,
      maxBytes: this.#aheadBytes,
    });
    if (member.state !== 'behind') return;
    if (page.reset === undefined) this.#sendPage(member, page);
    else this.#reset(member, page.reset, page.seq);
  }

  #sendPage(member: Subscriber, { events, seq }: Page): void {
    const { encoder, maxUnsentBytes } = this.#parts;
    for (const { placed, sight } of events) {
      member.seq = placed.seq;
      if ((member.known.get(nameOfSubject(subjectOf(placed.event))) ?? 0) >= placed.seq) continue;
      member.sink.event(encoder.encode(this.#account, member.reader.digest, placed, sight));
      if (member.sink.unsentBytes > maxUnsentBytes) return this.end(member, 'slow');
    }
    member.seq = seq;
  }

  #reset(member: Subscriber, reason: ResetReason, seq: number): void {
    member.seq = seq;
    member.sink.reset(reason, this.#parts.cursors.format(this.#account, seq, member.reader.digest));
    if (!member.wantsSnapshot) return;
    member.listing.after = undefined;
    member.known.clear();
    member.state = 'listing';
  }

  #beatLater(): void {
    this.#cancelHeartbeat = this.#parts.clock.after(this.#parts.heartbeatMs, () => {
      this.#beatLater();
      this.#wake();
      for (const { sink, seq, reader, state } of this.#members) {
        // It has no place yet.
        if (state === 'listing') continue;
        // Whoever still has something to take gets a sign of life by that.
        if (sink.unsentBytes === 0) sink.heartbeat(this.#parts.cursors.format(this.#account, seq, reader.digest));
      }
    });
  }
}
