import { ConcordError } from '@concord/protocol';
import { createBackoff, type Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { readMessages, say, writeMessages, type Incoming, type Outgoing } from './frames.ts';
import type { Http } from './http.ts';
import type { Edit } from './ledger.ts';
import type { Replica, ReplicaLink } from './replica.ts';

export interface HttpSyncParts {
  readonly http: Http;
  readonly clock: Clock;
  /** Requests get through, or do not. */
  readonly onReachable: (error: ConcordError | undefined) => void;
}

/** Documents by requests, for where WebSockets are blocked. Who is there is not shown by this way. */
export interface HttpSync {
  carry(replica: Replica): void;
  /** The documents of that record, or of that log of it, may have changed; all of them, where none is named. */
  wake(changed?: { readonly collection: string; readonly record: string; readonly log?: string }): void;
  /** Lets go of all replicas. */
  stop(): void;
}

export function createHttpSync(parts: HttpSyncParts): HttpSync {
  const links = new Map<string, HttpLink>();
  return {
    carry(replica) {
      const link = new HttpLink(replica, parts, () => links.delete(replica.name));
      links.set(replica.name, link);
      link.exchange();
    },
    wake(changed) {
      for (const [name, link] of links) {
        const [, collection, record, part] = name.split('/');
        const isOfRecord = changed === undefined || (collection === changed.collection && record === changed.record);
        const isOfLog = changed?.log === undefined || part?.startsWith(`${changed.log}.`) === true;
        if (isOfRecord && isOfLog) link.exchange();
      }
    },
    stop() {
      for (const link of links.values()) link.stop();
      links.clear();
    },
  };
}

/**
 * One document by `POST /sync/…`. One request is under way at a time; what is edited meanwhile goes with the next one. Each
 * asks for news, too. An answer comes once all that the request held is on disk, so the acks in it mean what they mean
 * on a socket.
 */
class HttpLink implements ReplicaLink {
  readonly #replica: Replica;
  readonly #parts: HttpSyncParts;
  readonly #onClosed: () => void;
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  #edits: { readonly update: Uint8Array; readonly edit: Edit }[] = [];
  #isBusy = false;
  /** It was asked for while a request was under way. */
  #isAsked = false;
  /** The server has been sent what it lacked. */
  #isAnswered = false;
  #cancelRetry: () => void = () => undefined;

  constructor(replica: Replica, parts: HttpSyncParts, onClosed: () => void) {
    this.#replica = replica;
    this.#parts = parts;
    this.#onClosed = onClosed;
    this.#backoff = createBackoff({ firstMs: 1000, maxMs: 30_000, random: parts.clock.random });
    replica.attach(this);
    replica.opening();
    replica.mayWrite(true);
  }

  exchange(): void {
    this.#isAsked = true;
    this.#cancelRetry();
    if (!this.#isBusy) void this.#run();
  }

  stop(): void {
    this.#stopping.abort();
    this.#cancelRetry();
    if (this.#replica.isCarriedBy(this)) this.#replica.lost();
  }

  // --- ReplicaLink ---

  sendEdit(update: Uint8Array, edit: Edit): void {
    if (!this.#isAnswered) return;
    this.#edits.push({ update, edit });
    this.exchange();
  }

  sendPresence(): void {
    // It is shown by a socket only.
  }

  restart(): void {
    this.#isAnswered = false;
    this.#edits = [];
    this.#replica.opening();
    this.exchange();
  }

  close(): void {
    this.#stopping.abort();
    this.#cancelRetry();
    this.#onClosed();
  }

  // --- inside ---

  async #run(): Promise<void> {
    this.#isBusy = true;
    const { onReachable } = this.#parts;
    try {
      while (this.#isAsked && !this.#stopping.signal.aborted) {
        this.#isAsked = false;
        await this.#ask();
      }
      this.#backoff.reset();
      onReachable(undefined);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#failed(error);
    } finally {
      this.#isBusy = false;
    }
  }

  async #ask(): Promise<void> {
    const edits = this.#edits.splice(0);
    for (const { edit } of edits) this.#replica.sent(edit);
    await this.#post([say.vector(this.#replica.stateVector), ...edits.map(({ update }) => say.update(update))]);
  }

  async #post(messages: readonly Outgoing[]): Promise<void> {
    const response = await this.#parts.http.fetch(`/sync/${this.#replica.name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: writeMessages(messages),
      signal: this.#stopping.signal,
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    let lacking: Uint8Array | undefined;
    for (const message of readMessages(bytes)) {
      if (message.type === 'vector') lacking = message.vector;
      else this.#take(message);
    }
    if (this.#isAnswered || lacking === undefined) return;
    // The first exchange says what the server lacks; what is edited from now on is sent by itself.
    const state = say.state(this.#replica.missing(lacking));
    this.#isAnswered = true;
    this.#replica.synced();
    await this.#post([state]);
  }

  #take(message: Incoming): void {
    if (message.type === 'state' || message.type === 'update') this.#replica.receive(message.update);
    else if (message.type === 'ack') this.#replica.acked(message.taken);
    else if (message.type === 'notice') this.#replica.notice(message.text);
  }

  #failed(error: unknown): void {
    const known = error instanceof ConcordError ? error : new ConcordError('unreachable', { cause: error });
    this.#edits = [];
    this.#isAnswered = false;
    if (known.entry.retry === 'never') {
      this.#replica.ended(known);
      return;
    }
    this.#parts.onReachable(known);
    this.#replica.lost();
    this.#cancelRetry = this.#parts.clock.after(this.#backoff.next(), () => {
      this.#replica.opening();
      this.exchange();
    });
  }
}
