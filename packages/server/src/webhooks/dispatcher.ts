import type { Logger } from 'pino';
import type { Lease, Store, Transaction } from '@concord/store';
import type { Clock } from '../clock.ts';
import type { ReadingRules } from '../feed/selection-request.ts';
import { DeliveryLog } from './delivery-log.ts';
import type { Queued } from './delivery.ts';
import type { Endpoint, Progress } from './endpoint.ts';
import { Endpoints } from './endpoints.ts';
import { readerOf, wantsMessage } from './endpoint-reader.ts';
import { EndpointWorker, type WorkerParts } from './endpoint-worker.ts';
import { queueScope } from './webhook-keys.ts';

export interface DispatcherParts extends Omit<WorkerParts, 'onBroken'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rules: ReadingRules;
}

/** How often the lease is asked for while somebody else has it, and how soon a worker that broke begins anew. */
const againMs = 5_000;
const trimEveryMs = 60 * 60 * 1000;

interface Running {
  readonly worker: EndpointWorker;
  readonly stopListening: () => void;
}

/** Runs a worker for each enabled endpoint, while it is the only one to do so: in one process at a time, under a lease. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #endpoints: Endpoints;
  readonly #running = new Map<string, Running>();
  /** Why an endpoint that is enabled does not run. */
  readonly #problems = new Map<string, string>();
  /** What is done with workers is done one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #lease: Lease | undefined;
  #stopped = false;
  #cancelAgain: () => void = () => undefined;
  #cancelTrim: () => void = () => undefined;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#endpoints = new Endpoints(parts.store);
  }

  /** How many deliveries are not over, of all endpoints or of one. */
  pending(endpoint?: Pick<Endpoint, 'account' | 'id'>): number {
    if (endpoint !== undefined) return this.#running.get(nameOf(endpoint))?.worker.pending ?? 0;
    return [...this.#running.values()].reduce((sum, { worker }) => sum + worker.pending, 0);
  }

  /** How far an endpoint has come that runs here; that on disk may lag behind. */
  progress(endpoint: Pick<Endpoint, 'account' | 'id'>): Readonly<Progress> | undefined {
    return this.#running.get(nameOf(endpoint))?.worker.progress;
  }

  problem(endpoint: Pick<Endpoint, 'account' | 'id'>): string | undefined {
    return this.#problems.get(nameOf(endpoint));
  }

  /** Takes the lease, and up what is to be sent. */
  start(): Promise<void> {
    this.#stopped = false;
    return this.#inTurn(async () => {
      const { store, clock } = this.#parts;
      this.#lease ??= await store.lease('webhooks');
      if (this.#lease === undefined) {
        this.#later();
        return;
      }
      for await (const endpoint of this.#endpoints.everywhere()) await this.#run(endpoint);
      this.#cancelTrim();
      const trim = (): void => {
        for (const { worker } of this.#running.values()) worker.trim();
        this.#cancelTrim = clock.after(trimEveryMs, trim);
      };
      this.#cancelTrim = clock.after(trimEveryMs, trim);
    });
  }

  /** Ends every worker. Answers are waited for so long; what has none by then is sent again by the next one. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    this.#cancelAgain();
    this.#cancelTrim();
    await this.#inTurn(async () => {
      const workers = [...this.#running.values()];
      const cut = setTimeout(() => {
        for (const { worker } of workers) worker.cut();
      }, graceMs);
      await Promise.all(workers.map(({ worker, stopListening }) => (stopListening(), worker.stop())));
      clearTimeout(cut);
      this.#running.clear();
    });
  }

  async release(): Promise<void> {
    await this.#lease?.release();
    this.#lease = undefined;
  }

  /** An endpoint is there, or has been changed. */
  changed(endpoint: Endpoint): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#lease !== undefined && !this.#stopped) await this.#run(endpoint);
    });
  }

  /** Queues what an endpoint is to be sent, within a commit that names {@link Dispatcher.scope}. Answers what is to be called once that is durable. */
  append(tx: Transaction, endpoint: Endpoint, queued: Queued): { readonly delivery: number; readonly announce: () => void } {
    const delivery = new DeliveryLog(this.#parts.store, endpoint).append(tx, queued);
    return { delivery, announce: () => this.#running.get(nameOf(endpoint))?.worker.added({ delivery, queued }) };
  }

  scope({ account, id }: Endpoint): string {
    return queueScope(account, id);
  }

  /** A stretch of the feed is to be sent to it again. */
  replayAdded(endpoint: Endpoint): void {
    this.#running.get(nameOf(endpoint))?.worker.replayAdded();
  }

  /** Those of an account that are to hear of such messages. */
  async listeners(account: string, type: string): Promise<readonly Endpoint[]> {
    const all = await this.#endpoints.all(account);
    return all.filter((endpoint) => endpoint.disabled === undefined && wantsMessage(endpoint, type));
  }

  /** Starts, changes or stops the worker of an endpoint, as that is now. */
  async #run(endpoint: Endpoint): Promise<void> {
    const name = nameOf(endpoint);
    const running = this.#running.get(name);
    this.#problems.delete(name);
    try {
      if (endpoint.disabled !== undefined || endpoint.deleted !== undefined) {
        await this.#end(name, running);
        return;
      }
      const reader = readerOf(endpoint, this.#parts.rules);
      if (running === undefined) this.#running.set(name, await this.#begin(endpoint, reader));
      else running.worker.update(endpoint, reader);
    } catch (error) {
      // The config has changed, and what it asks for is not there any more; or it cannot be read. Others go on.
      this.#problems.set(name, error instanceof Error ? error.message : String(error));
      this.#parts.logger.error({ err: error, account: endpoint.account, webhook: endpoint.id }, 'a webhook cannot run');
      await this.#end(name, running);
    }
  }

  async #begin(endpoint: Endpoint, reader: ReturnType<typeof readerOf>): Promise<Running> {
    const { feed } = this.#parts;
    const { account, id } = endpoint;
    const progress = (await this.#endpoints.progress(endpoint)) ?? { seq: await feed.head(account), digest: reader.digest };
    const onBroken = (error: unknown): void => {
      this.#parts.logger.error({ err: error, account, webhook: id }, 'a webhook has stopped; it begins anew');
      this.#running.get(nameOf(endpoint))?.stopListening();
      this.#running.delete(nameOf(endpoint));
      this.#later();
    };
    const worker = new EndpointWorker({ ...this.#parts, onBroken }, endpoint, reader, progress);
    await worker.load();
    const stopListening = feed.onPublished(account, () => worker.wake());
    worker.wake();
    return { worker, stopListening };
  }

  /** From then on nothing is sent. */
  async #end(name: string, running: Running | undefined): Promise<void> {
    this.#running.delete(name);
    running?.stopListening();
    running?.worker.cut();
    await running?.worker.stop();
  }

  #later(): void {
    this.#cancelAgain();
    this.#cancelAgain = this.#parts.clock.after(againMs, () => {
      if (this.#stopped) return;
      this.start().catch((error: unknown) => {
        this.#parts.logger.error({ err: error }, 'webhooks cannot be started yet');
        this.#later();
      });
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

function nameOf({ account, id }: Pick<Endpoint, 'account' | 'id'>): string {
  return `${account}/${id}`;
}
