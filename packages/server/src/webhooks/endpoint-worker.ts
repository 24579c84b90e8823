import type { EventEncoder } from '../feed/encoding.ts';
import { readPage, type Selected } from '../feed/page.ts';
import { laneOf, type Attempt, type Queued } from './delivery.ts';
import { DeliveryLog } from './delivery-log.ts';
import { isFinal, nextState, type DeliveryEvent } from './delivery-machine.ts';
import { encode, type Disabled, type Endpoint, type Progress } from './endpoint.ts';
import type { EndpointReader } from './endpoint-reader.ts';
import { FeedTaker, type Taken, type TakerParts } from './feed-taker.ts';
import { noteFailure, noteSuccess } from './failure-streak.ts';
import { describeEnd, judgeAttempt } from './judge-attempt.ts';
import { Lanes, type Lane } from './lanes.ts';
import { Ledger } from './ledger.ts';
import { LogKeeper } from './log-keeper.ts';
import type { Sender, Sending } from './sender.ts';
import type { WebhookSettings } from './settings.ts';
import { createSigner, type Signer } from './signature.ts';
import { Throttle } from './throttle.ts';
import { progressKey } from './webhook-keys.ts';

export interface WorkerParts extends TakerParts {
  readonly encoder: EventEncoder;
  readonly sender: Sender;
  readonly settings: WebhookSettings;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly onAttempt: (outcome: 'delivered' | 'failed', seconds: number) => void;
  readonly onOver: (state: 'delivered' | 'dead' | 'withheld', endpoint: Endpoint, queued: Queued) => void;
  /** Its receiver wants no more, or takes nothing. The worker does nothing any more until it is stopped. */
  readonly onUnwanted: (endpoint: Endpoint, reason: Exclude<Disabled['reason'], 'manual'>) => void;
  /** It cannot go on: the store does not answer. */
  readonly onBroken: (error: unknown) => void;
}

/**
 * Sends one endpoint what it is to get: the deliveries of a record one after the other, each once the end of the one
 * before is on disk; those of different records side by side. What it knows is on disk before anything is sent: it may
 * be stopped at any point, and another goes on in its place.
 */
export class EndpointWorker {
  readonly #parts: WorkerParts;
  readonly #log: DeliveryLog;
  readonly #progress: Progress;
  readonly #taker: FeedTaker;
  readonly #lanes: Lanes;
  #endpoint: Endpoint;
  #reader: EndpointReader;
  #url: URL;
  #signer: Signer;
  /** The numbers of all that are not over. */
  readonly #pending = new Set<number>();
  /** Some of those that were just queued: the others are read when their turn comes. */
  readonly #fresh = new Map<number, Taken>();
  readonly #retried = new Set<number>();
  readonly #sendings = new Set<Sending>();
  readonly #ledger: Ledger;
  readonly #throttle: Throttle;
  readonly #keeper: LogKeeper;
  #attempts = 0;
  #stopped = false;
  #taking = false;
  #takeAgain = false;
  #trimming = false;
  #onIdle: () => void = () => undefined;

  constructor(parts: WorkerParts, endpoint: Endpoint, reader: EndpointReader, progress: Progress) {
    const { store, clock, settings } = parts;
    this.#parts = parts;
    this.#endpoint = endpoint;
    this.#reader = reader;
    this.#url = new URL(endpoint.url);
    this.#signer = createSigner(endpoint.secrets);
    this.#progress = progress;
    this.#log = new DeliveryLog(store, endpoint);
    this.#taker = new FeedTaker(parts, endpoint, this.#log, progress);
    this.#lanes = new Lanes(clock, () => this.wake());
    this.#throttle = new Throttle(clock, settings.concurrency, () => this.wake());
    this.#keeper = new LogKeeper(this.#log, clock, settings);
    this.#ledger = new Ledger({
      store,
      scope: this.#log.scope,
      onWritten: () => {
        this.wake();
        this.#onIdle();
        if (this.#keeper.isFull) this.trim();
      },
      onFailed: (error) => this.#break(error),
    });
  }

  /** How many deliveries are not over. */
  get pending(): number {
    return this.#lanes.size;
  }

  /** How far it has come. */
  get progress(): Readonly<Progress> {
    return this.#progress;
  }

  /** Takes up what is queued on disk. To be called once, before anything else. */
  async load(): Promise<void> {
    const due = new Map<number, number>();
    const freshAt = Date.parse(this.#endpoint.freshAt);
    for await (const [delivery, { attempts, dueAt }] of this.#log.retries()) {
      this.#retried.add(delivery);
      const isFresh = Date.parse(attempts.at(-1)?.at ?? '') < freshAt;
      due.set(delivery, isFresh ? 0 : dueAt - this.#parts.clock.now());
    }
    for await (const [delivery, queued] of this.#log.queue()) this.#enqueue({ delivery, queued }, due.get(delivery));
    await this.#keeper.load();
    if ((this.#progress.failingSince ?? Infinity) < freshAt) noteSuccess(this.#progress);
  }

  /** The endpoint was changed. */
  update(endpoint: Endpoint, reader: EndpointReader): void {
    const isFresh = endpoint.freshAt !== this.#endpoint.freshAt;
    this.#endpoint = endpoint;
    this.#reader = reader;
    this.#url = new URL(endpoint.url);
    this.#signer = createSigner(endpoint.secrets);
    // What was read for the endpoint as it was is judged again.
    this.#fresh.clear();
    if (isFresh) {
      noteSuccess(this.#progress);
      this.#lanes.release();
      this.#throttle.open();
    }
    this.wake();
  }

  /** Somebody has queued a delivery. */
  added(taken: Taken): void {
    if (!this.#stopped && !this.#pending.has(taken.delivery)) this.#enqueue(taken);
    this.wake();
  }

  /** Somebody wants a stretch of the feed to be sent again. */
  replayAdded(): void {
    this.#taker.replayAdded();
    this.wake();
  }

  /** Looks for something to do. */
  wake(): void {
    const { settings } = this.#parts;
    while (!this.#stopped && this.#attempts < this.#throttle.room) {
      const turn = this.#lanes.take();
      if (turn === undefined) break;
      this.#attempts++;
      void this.#attempt(turn.lane, turn.delivery);
    }
    const room = Math.min(settings.readAhead, settings.maxPending - this.#lanes.size);
    if (!this.#stopped && this.#lanes.movable < settings.readAhead && room > 0) this.#take(room);
  }

  /** Ends what is under way: nobody knows how that went, and it is sent again by the next worker. */
  cut(): void {
    this.#stopped = true;
    for (const sending of this.#sendings) sending.abort();
  }

  /** Begins nothing new. Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#lanes.stop();
    this.#throttle.stop();
    while (this.#attempts > 0 || this.#ledger.isWriting || this.#taking || this.#trimming)
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
  }

  #enqueue(taken: Taken, dueInMs?: number): void {
    const { delivery, queued } = taken;
    this.#pending.add(delivery);
    const isMovable = this.#lanes.add(delivery, laneOf(queued, delivery), dueInMs);
    if (isMovable && this.#fresh.size < this.#parts.settings.readAhead * 2) this.#fresh.set(delivery, taken);
  }

  /** One stretch at a time. */
  #take(limit: number): void {
    this.#takeAgain = true;
    if (this.#taking) return;
    this.#taking = true;
    this.#takeAgain = false;
    const reader = this.#reader;
    this.#taker.take(reader, limit).then(
      (taken) => {
        this.#taking = false;
        // Where the endpoint was changed meanwhile, how it saw them counts no more: they are judged again.
        for (const { delivery, queued, ...rest } of taken ?? [])
          this.#enqueue(reader === this.#reader ? { delivery, queued, ...rest } : { delivery, queued });
        if (taken !== undefined || this.#takeAgain) this.wake();
        this.#onIdle();
      },
      (error: unknown) => {
        this.#taking = false;
        this.#break(error);
      },
    );
  }

  async #attempt(lane: Lane, delivery: number): Promise<void> {
    try {
      const fresh = this.#fresh.get(delivery);
      this.#fresh.delete(delivery);
      const queued = fresh?.queued ?? (await this.#log.queued(delivery));
      if (queued === undefined) throw new Error(`The delivery ${delivery} is not in its queue`);
      const retry = this.#retried.has(delivery) ? await this.#log.retry(delivery) : undefined;
      const body = await this.#bodyOf(queued, fresh?.selected);
      if (this.#stopped) return;
      if (body === undefined) this.#settle(lane, delivery, queued, 'hidden', retry?.attempts ?? []);
      else await this.#send(lane, delivery, queued, body, retry?.attempts ?? []);
    } catch (error) {
      this.#break(error);
    } finally {
      this.#attempts--;
      this.wake();
      this.#onIdle();
    }
  }

  /** What is sent; undefined where there is nothing to be said any more. What is tried again is read again (F5). */
  async #bodyOf({ seq, message }: Queued, fresh: Selected | undefined): Promise<string | undefined> {
    if (message !== undefined) return JSON.stringify(message);
    const { encoder } = this.#parts;
    const { selection, account, digest } = this.#reader;
    if (seq === undefined || selection === undefined) return undefined;
    const stretch = { after: seq - 1, through: seq, limit: 1, maxBytes: 1 };
    const selected = fresh ?? (await readPage(this.#parts, { account, digest, selection }, stretch)).events[0];
    return selected && encoder.encode(account, digest, selected.placed, selected.sight).json;
  }

  async #send(lane: Lane, delivery: number, queued: Queued, body: string, before: readonly Attempt[]): Promise<void> {
    const { clock, sender, random, onAttempt } = this.#parts;
    const now = clock.now();
    const signed = this.#signer.sign(queued.id, body, now);
    const url = this.#url;
    const sending = sender.send({
      url,
      headers: { ...this.#endpoint.headers, ...signed, 'content-type': 'application/json', 'user-agent': 'Concord-Webhooks/1' },
      body,
    });
    this.#sendings.add(sending);
    const outcome = await sending.outcome;
    this.#sendings.delete(sending);
    // Cut off by us: it stays queued on disk, and is sent again.
    if (outcome.kind === 'aborted') return;
    const request = { url: url.href, timestamp: signed['webhook-timestamp'], bytes: Buffer.byteLength(body) };
    const attempt: Attempt = { at: new Date(now).toISOString(), ms: outcome.ms, request, ...describeEnd(outcome) };
    const attempts = [...before, attempt];
    const { event, delayMs, strain } = judgeAttempt(outcome, queued, attempts.length, clock.now(), random());
    onAttempt(strain.isAccepted ? 'delivered' : 'failed', outcome.ms / 1000);
    this.#throttle.adjust(strain);
    this.#settle(lane, delivery, queued, event, attempts, delayMs);
  }

  /** Puts what has happened to a delivery on disk, together with whatever else has happened by then; only then it goes on. */
  #settle(lane: Lane, delivery: number, queued: Queued, event: DeliveryEvent, attempts: readonly Attempt[], delayMs = 0): void {
    const { clock, onOver, onUnwanted } = this.#parts;
    const state = nextState(lane.state, event);
    const wasRetried = this.#retried.has(delivery);
    const isHopeless = event !== 'accepted' && event !== 'hidden' && noteFailure(this.#progress, clock.now());
    const isProgress = event === 'accepted' ? noteSuccess(this.#progress) : event !== 'hidden';
    // Whatever follows until somebody enables it again would be in vain.
    if (event === 'gone') this.#throttle.close();
    if (!isFinal(state)) this.#retried.add(delivery);
    this.#ledger.enter({
      write: (tx) => {
        if (isFinal(state)) this.#log.end(tx, delivery, { ...queued, state, attempts, overAt: clock.now() }, wasRetried);
        else this.#log.keepRetry(tx, delivery, { attempts: attempts.slice(-maxKeptAttempts), dueAt: clock.now() + delayMs });
        if (isProgress) tx.put(progressKey(this.#endpoint.account, this.#endpoint.id), encode(this.#progress));
      },
      onDurable: () => {
        if (isFinal(state)) {
          this.#pending.delete(delivery);
          this.#retried.delete(delivery);
          this.#keeper.added(state === 'dead' ? 'dead' : 'delivered');
          onOver(state, this.#endpoint, queued);
        }
        if (!this.#stopped) this.#lanes.apply(lane, event, delayMs);
        // What waits behind a failure need not be kept in memory.
        if (state === 'waiting') for (const behind of lane.deliveries.slice(lane.at)) this.#fresh.delete(behind);
        if (event === 'gone') onUnwanted(this.#endpoint, 'gone');
        else if (isHopeless) onUnwanted(this.#endpoint, 'failing');
        this.wake();
      },
    });
  }

  /** Lets go of what the log need not keep. */
  trim(): void {
    if (this.#trimming || this.#stopped) return;
    this.#trimming = true;
    this.#keeper.trim().then(
      () => {
        this.#trimming = false;
        this.#onIdle();
      },
      (error: unknown) => {
        this.#trimming = false;
        this.#break(error);
      },
    );
  }

  #break(error: unknown): void {
    const wasStopped = this.#stopped;
    this.#ledger.drop();
    this.cut();
    this.#lanes.stop();
    this.#throttle.stop();
    this.#onIdle();
    if (!wasStopped) this.#parts.onBroken(error);
  }
}

/** As many as there are in the plan; a receiver that says 410 again and again makes no more of them. */
const maxKeptAttempts = 10;
