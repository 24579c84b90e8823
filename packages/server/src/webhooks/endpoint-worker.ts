import type { Transaction } from '@concord/store';
import type { EventEncoder } from '../feed/encoding.ts';
import { readPage, type Selected } from '../feed/page.ts';
import { laneOf, type Attempt, type Queued } from './delivery.ts';
import { DeliveryLog, type Kept } from './delivery-log.ts';
import { isFinal, nextState, type DeliveryEvent } from './delivery-machine.ts';
import { encode, type Disabled, type Endpoint, type Progress } from './endpoint.ts';
import type { EndpointReader } from './endpoint-reader.ts';
import { FeedTaker, type Taken, type TakerParts } from './feed-taker.ts';
import { Lanes, type Lane } from './lanes.ts';
import { delayAfter, readRetryAfter } from './retry-plan.ts';
import type { Outcome, Sender, Sending } from './sender.ts';
import { failingMs, failureGapMs, type WebhookSettings } from './settings.ts';
import { createSigner, type Signer } from './signature.ts';
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

/** What is done once a commit is durable that others take part in. */
interface Settlement {
  readonly write: (tx: Transaction) => void;
  readonly onDurable: () => void;
}

/** The pause after a 429 that names no time. */
const pauseMs = 5_000;
/** However slow a receiver is, one record that hangs does not hold up all others. */
const minConcurrency = 2;
const logSlack = 1_000;

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
  #attempts = 0;
  #room: number;
  #paused = false;
  #cancelPause: () => void = () => undefined;
  #stopped = false;
  #broken = false;
  #taking = false;
  #takeAgain = false;
  #settlements: Settlement[] = [];
  #settling = false;
  readonly #kept: Record<Kept, number> = { delivered: 0, dead: 0 };
  #trimming = false;
  #onIdle: () => void = () => undefined;

  constructor(parts: WorkerParts, endpoint: Endpoint, reader: EndpointReader, progress: Progress) {
    this.#parts = parts;
    this.#endpoint = endpoint;
    this.#reader = reader;
    this.#url = new URL(endpoint.url);
    this.#signer = createSigner(endpoint.secrets);
    this.#progress = progress;
    this.#log = new DeliveryLog(parts.store, endpoint);
    this.#taker = new FeedTaker(parts, endpoint, this.#log, progress);
    this.#lanes = new Lanes(parts.clock, () => this.wake());
    this.#room = parts.settings.concurrency;
  }

  /** How many deliveries are not over. */
  get pending(): number {
    return this.#lanes.size;
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
    for (const which of ['delivered', 'dead'] as const) this.#kept[which] = await this.#log.count(which);
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
      this.#paused = false;
      this.#cancelPause();
      this.#lanes.release();
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
    while (!this.#stopped && !this.#paused && this.#attempts < this.#room) {
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
    this.#cancelPause();
    while (this.#attempts > 0 || this.#settling || this.#taking || this.#trimming)
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
    this.#taker.take(this.#reader, limit).then(
      (taken) => {
        this.#taking = false;
        for (const one of taken ?? []) this.#enqueue(one);
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
    const { clock, sender } = this.#parts;
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
    const attempt: Attempt = { at: new Date(now).toISOString(), ms: outcome.ms, request, ...answerOf(outcome) };
    this.#judge(lane, delivery, queued, outcome, [...before, attempt]);
  }

  #judge(
    lane: Lane,
    delivery: number,
    queued: Queued,
    outcome: Exclude<Outcome, { kind: 'aborted' }>,
    attempts: readonly Attempt[],
  ): void {
    const { clock, random, onAttempt } = this.#parts;
    const status = outcome.kind === 'answered' ? outcome.status : undefined;
    const isAccepted = status !== undefined && status >= 200 && status < 300;
    onAttempt(isAccepted ? 'delivered' : 'failed', outcome.ms / 1000);
    this.#adjust(isAccepted, status, outcome.kind === 'failed' && outcome.timedOut);
    if (isAccepted) {
      this.#settle(lane, delivery, queued, 'accepted', attempts);
      return;
    }
    if (status === 410) {
      this.#settle(lane, delivery, queued, 'gone', attempts);
      return;
    }
    const retryAfterMs = outcome.kind === 'answered' ? readRetryAfter(outcome.retryAfter, clock.now()) : undefined;
    if (status === 429) this.#pause(retryAfterMs ?? pauseMs);
    const delayMs = queued.once ? undefined : delayAfter({ attempts: attempts.length, retryAfterMs }, random());
    if (delayMs === undefined) this.#settle(lane, delivery, queued, 'exhausted', attempts);
    else this.#settle(lane, delivery, queued, 'refused', attempts, delayMs);
  }

  /** Fewer at a time where the receiver cannot keep up, and more again when it can. */
  #adjust(isAccepted: boolean, status: number | undefined, timedOut: boolean): void {
    const isBusy = timedOut || status === 429 || status === 502 || status === 504;
    if (isBusy) this.#room = Math.max(minConcurrency, Math.floor(this.#room / 2));
    else if (isAccepted) this.#room = Math.min(this.#parts.settings.concurrency, this.#room + 1);
  }

  /** The receiver has had too much of everything: nothing is begun for a while. */
  #pause(ms: number): void {
    this.#paused = true;
    this.#cancelPause();
    if (ms < Infinity)
      this.#cancelPause = this.#parts.clock.after(ms, () => {
        this.#paused = false;
        this.wake();
      });
  }

  /** Puts what has happened to a delivery on disk, together with whatever else has happened by then; only then it goes on. */
  #settle(lane: Lane, delivery: number, queued: Queued, event: DeliveryEvent, attempts: readonly Attempt[], delayMs = 0): void {
    if (this.#broken) return;
    const { clock, onOver, onUnwanted } = this.#parts;
    const state = nextState(lane.state, event);
    const retried = this.#retried.has(delivery);
    const failure = event === 'accepted' ? this.#succeeded() : event === 'hidden' ? undefined : this.#failed();
    if (event === 'gone') this.#pause(Infinity);
    if (!isFinal(state)) this.#retried.add(delivery);
    this.#settlements.push({
      write: (tx) => {
        if (isFinal(state)) this.#log.end(tx, delivery, { ...queued, state, attempts, overAt: clock.now() }, retried);
        else this.#log.keepRetry(tx, delivery, { attempts: attempts.slice(-maxKeptAttempts), dueAt: clock.now() + delayMs });
        if (failure !== undefined) tx.put(progressKey(this.#endpoint.account, this.#endpoint.id), encode(this.#progress));
      },
      onDurable: () => {
        if (isFinal(state)) {
          this.#pending.delete(delivery);
          this.#retried.delete(delivery);
          this.#kept[state === 'dead' ? 'dead' : 'delivered']++;
          onOver(state, this.#endpoint, queued);
        }
        if (!this.#stopped) this.#lanes.apply(lane, event, delayMs);
        // What waits behind a failure need not be kept in memory.
        if (state === 'waiting') for (const behind of lane.deliveries.slice(lane.at)) this.#fresh.delete(behind);
        if (event === 'gone') onUnwanted(this.#endpoint, 'gone');
        else if (failure === 'hopeless') onUnwanted(this.#endpoint, 'failing');
      },
    });
    void this.#flush();
  }

  /** Undefined where nothing has changed. */
  #succeeded(): 'changed' | undefined {
    if (this.#progress.failingSince === undefined) return undefined;
    delete this.#progress.failingSince;
    delete this.#progress.failedAt;
    return 'changed';
  }

  #failed(): 'changed' | 'hopeless' {
    const now = this.#parts.clock.now();
    const { failingSince, failedAt } = this.#progress;
    const goesOn = failingSince !== undefined && failedAt !== undefined && now - failedAt <= failureGapMs;
    this.#progress.failingSince = goesOn ? failingSince : now;
    this.#progress.failedAt = now;
    return now - this.#progress.failingSince >= failingMs ? 'hopeless' : 'changed';
  }

  /** One commit at a time, for all that has been settled meanwhile. */
  async #flush(): Promise<void> {
    if (this.#settling) return;
    this.#settling = true;
    try {
      while (this.#settlements.length > 0) {
        const all = this.#settlements;
        this.#settlements = [];
        await this.#parts.store.commit([this.#log.scope], (tx) => {
          for (const { write } of all) write(tx);
        });
        for (const { onDurable } of all) onDurable();
        this.wake();
      }
      this.#settling = false;
      this.#onIdle();
      const { logEntries } = this.#parts.settings;
      if (Math.max(this.#kept.delivered, this.#kept.dead) > logEntries + logSlack) this.trim();
    } catch (error) {
      this.#settling = false;
      this.#break(error);
    }
  }

  /** Lets go of what the log need not keep. */
  trim(): void {
    if (this.#trimming || this.#stopped) return;
    this.#trimming = true;
    this.#trim().then(
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

  async #trim(): Promise<void> {
    const { clock, settings } = this.#parts;
    for (const which of ['delivered', 'dead'] as const) {
      const excess = this.#kept[which] - settings.logEntries;
      const olderThan = which === 'dead' ? -Infinity : clock.now() - settings.logKeepMs;
      this.#kept[which] -= await this.#log.trim(which, excess, olderThan);
    }
  }

  #break(error: unknown): void {
    const wasStopped = this.#stopped;
    this.#broken = true;
    this.#settlements = [];
    this.cut();
    this.#lanes.stop();
    this.#onIdle();
    if (!wasStopped) this.#parts.onBroken(error);
  }
}

/** As many as there are in the plan; a receiver that says 410 again and again makes no more of them. */
const maxKeptAttempts = 10;

function answerOf(outcome: Exclude<Outcome, { kind: 'aborted' }>): Pick<Attempt, 'response' | 'error'> {
  if (outcome.kind === 'failed') return { error: outcome.error };
  const { status, body, truncated } = outcome;
  const isRedirect = status >= 300 && status < 400;
  return {
    response: { status, body, ...(truncated ? { truncated } : {}) },
    ...(isRedirect ? { error: 'redirects are not followed' } : {}),
  };
}
