import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP, type Socket } from 'node:net';
import { Agent, buildConnector, errors, type Dispatcher } from 'undici';
import type { Clock } from '../clock.ts';
import type { AddressRules } from './address-rules.ts';
import type { ResolveName } from './resolve-name.ts';

/** A message that is ready to leave. */
export interface Outgoing {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of it. `ms`: from the call to the end of the answer. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | undefined;
      /** Its beginning, and whether there was more. */
      readonly body: string;
      readonly truncated: boolean;
      readonly ms: number;
    }
  | { readonly kind: 'failed'; readonly error: string; readonly timedOut: boolean; readonly ms: number }
  | { readonly kind: 'aborted' };

export interface Sending {
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
  /** Ends it; where it has not ended, its outcome is `aborted`. */
  abort(): void;
}

/** Posts messages to receivers of which nothing is expected. */
export interface Sender {
  send(outgoing: Outgoing): Sending;
  /** Cuts every connection. */
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly clock: Clock;
  readonly rules: AddressRules;
  /** From the call to the end of the answer's headers, and of what is read of its body. */
  readonly timeoutMs: number;
  readonly resolveName: ResolveName;
}

/** What is kept of an answer, and what is read of it before the connection is cut. */
const keptBytes = 1024;
const readBytes = 64 * 1024;

/**
 * Every connection goes to an address that has been checked, whatever its name resolves to by then, and whatever it
 * resolved to before; redirects are answers like any other. An answer counts by its status: how its body goes on, or
 * whether it ends, changes nothing.
 */
export function createSender({ clock, rules, timeoutMs, resolveName }: SenderOptions): Sender {
  const agent = new Agent({
    connect: checkedConnector(rules, timeoutMs, resolveName),
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send({ url, headers, body }) {
      const exchange = new Exchange(clock, timeoutMs);
      const request = { origin: url.origin, path: `${url.pathname}${url.search}`, method: 'POST' as const, headers, body };
      try {
        agent.dispatch(request, exchange);
      } catch (error) {
        exchange.fail(error);
      }
      return exchange;
    },
    close: () => agent.destroy(),
  };
}

/** No address of a name may be connected to. */
class AddressError extends Error {
  readonly code = 'ADDRESS_NOT_ALLOWED';
}

function checkedConnector(rules: AddressRules, timeout: number, resolveName: ResolveName): buildConnector.connector {
  const lookup = (
    name: string,
    options: LookupOptions,
    callback: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
  ): void => {
    resolveName(name, (error, addresses) => {
      const allowed = error === null ? addresses.filter(({ address }) => rules.allows(address)) : [];
      const [first] = allowed;
      if (error !== null) callback(error, []);
      else if (first === undefined) callback(new AddressError(), []);
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
  const connect = buildConnector({ allowH2: false, timeout, lookup });
  return (options, callback) => {
    // An address needs no lookup.
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && !rules.allows(host)) {
      callback(new AddressError(), null);
      return;
    }
    connect(options, (...[error, socket]: [Error, null] | [null, Socket]) => {
      if (error !== null) {
        callback(error, null);
      } else if (rules.allows(socket.remoteAddress ?? '')) {
        callback(null, socket);
      } else {
        socket.destroy();
        callback(new AddressError(), null);
      }
    });
  };
}

const over = new Error('Nobody waits for the answer any more');

/** One request and its answer. Settles once, in time. */
class Exchange implements Sending, Dispatcher.DispatchHandler {
  readonly outcome: Promise<Outcome>;
  readonly #settle: (outcome: Outcome) => void;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #cancelTimer: () => void;
  #settled = false;
  #controller: Dispatcher.DispatchController | undefined;
  #status: number | undefined;
  #retryAfter: string | undefined;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(clock: Clock, timeoutMs: number) {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.outcome = promise;
    this.#settle = resolve;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#cancelTimer = clock.after(timeoutMs, () => this.#timeOut());
  }

  abort(): void {
    this.#end({ kind: 'aborted' });
  }

  fail(error: unknown): void {
    if (this.#status === undefined)
      this.#end({ kind: 'failed', error: describe(error), timedOut: isTimeout(error), ms: this.#ms() });
    else this.#answer();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It had to wait for its connection for so long that nobody waits for it any more.
    if (this.#settled) controller.abort(over);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status;
    const after = headers['retry-after'];
    this.#retryAfter = Array.isArray(after) ? after[0] : after;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#bytes < keptBytes) this.#chunks.push(chunk.subarray(0, keptBytes - this.#bytes));
    this.#bytes += chunk.length;
    if (this.#bytes > readBytes) this.#answer();
  }

  onResponseEnd(): void {
    this.#controller = undefined;
    this.#answer();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  #timeOut(): void {
    if (this.#status === undefined) this.#end({ kind: 'failed', error: 'no answer in time', timedOut: true, ms: this.#ms() });
    else this.#answer();
  }

  #answer(): void {
    this.#end({
      kind: 'answered',
      status: this.#status ?? 0,
      retryAfter: this.#retryAfter,
      body: Buffer.concat(this.#chunks).toString('utf8'),
      truncated: this.#bytes > keptBytes,
      ms: this.#ms(),
    });
  }

  #end(outcome: Outcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#cancelTimer();
    this.#settle(outcome);
    // What is still under way is cut.
    this.#controller?.abort(over);
  }

  #ms(): number {
    return Math.round(this.#clock.now() - this.#startedAt);
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ADDRESS_NOT_ALLOWED', 'the address is not allowed'],
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was reset'],
  ['EPIPE', 'the connection was reset'],
  ['UND_ERR_SOCKET', 'the connection was closed'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection in time'],
  ['ETIMEDOUT', 'no connection in time'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the host cannot be reached'],
  ['ENOTFOUND', 'the name is not known'],
  ['ENODATA', 'the name is not known'],
  ['EAI_AGAIN', 'the name cannot be resolved for now'],
  ['ETIMEOUT', 'the name cannot be resolved for now'],
  ['ESERVFAIL', 'the name cannot be resolved for now'],
  ['ECONNABORTED', 'the connection was reset'],
  ['UND_ERR_HEADERS_OVERFLOW', 'the headers of the answer are too large'],
]);

/** What an administrator is told: why, in our words where there are some, and never an address behind a name. */
function describe(error: unknown): string {
  if (error instanceof errors.HTTPParserError) return 'the answer is not HTTP';
  const code = codeOf(error);
  if (code === undefined) return 'the connection failed';
  return reasons.get(code) ?? `the connection failed: ${code}`;
}

function isTimeout(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT';
}

/** Of the error, or of the first of those that it sums up. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined) return code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : codeOf(error.cause);
}
