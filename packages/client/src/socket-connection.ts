import { ConcordError, errorTable, type ErrorCode, type RealtimeMessage, type RealtimeRequest } from '@concord/protocol';
import { createBackoff } from './backoff.ts';
import { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import { initialState, step, type MachineEffect, type MachineEvent, type MachineState } from './connection-machine.ts';
import type { ConnectionStatus } from './connection.ts';
import type { FeedSocket } from './feed-socket.ts';
import { readFrame, writeFrame } from './frames.ts';
import { createCell, createListeners, type Live, type LiveCell } from './live.ts';
import type { Replica } from './replica.ts';
import type { TokenSource } from './token-source.ts';

/** A socket has this long to open, and then this long until the server has said something on it. */
const openMs = 10_000;

/** The server says something every 30 seconds at the latest: when it has not for this long, it is asked to … */
const quietMs = 35_000;
/** … and then has this long. */
const answerMs = 8_000;
const tickMs = 5_000;
/** Where a tick comes so much too late, the machine has slept: the socket may be dead without knowing it. */
const sleptMs = 15_000;

/** Another token is used this long before the one at hand ends … */
const renewBeforeMs = 55_000;
/** … but not sooner than this after the last time: by a clock that is wrong, each would seem to have ended. */
const leastRenewalMs = 30_000;

/** So many sockets in a row that never got a word through, though requests do: WebSockets are blocked here. */
const blockedAfter = 2;
/** A blocked way is tried again that often. */
const blockedRetryMs = 60_000;

export interface SocketConnectionParts {
  /** `wss://…/sync` */
  readonly url: string;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly WebSocket: typeof WebSocket;
  /** False where it is not to be used at all: then it is taken for blocked. */
  readonly isAllowed: boolean;
  /** Whether requests get through, to tell a blocked socket from no network. */
  readonly probe: () => Promise<boolean>;
}

/**
 * The client's one socket: all documents as binary frames, and the feed as text. What it is in, and what follows from what,
 * is in `connection-machine.ts`.
 */
export class SocketConnection implements FeedSocket {
  readonly status: Live<ConnectionStatus>;
  readonly state: Live<'open' | 'closed' | 'blocked'>;
  readonly #status: LiveCell<ConnectionStatus>;
  readonly #feedState: LiveCell<'open' | 'closed' | 'blocked'>;
  readonly #parts: SocketConnectionParts;
  readonly #backoff: ReturnType<typeof createBackoff>;
  readonly #channels = new Map<string, Channel>();
  readonly #messages = createListeners<[RealtimeMessage]>();
  #machine: MachineState = initialState;
  #socket: WebSocket | undefined;
  #token = '';
  /** Why the last token was not taken. */
  #refusal = new ConcordError('unauthenticated');
  #wants = 0;
  /** Sockets in a row on which the server has said nothing. */
  #mute = 0;
  #heardAt = 0;
  #askedAt: number | undefined;
  #retryAt: number | undefined;
  #cancelRetry: () => void = () => undefined;
  #cancelTick: () => void = () => undefined;
  #cancelRenewal: () => void = () => undefined;

  constructor(parts: SocketConnectionParts) {
    this.#parts = parts;
    const { random } = parts.clock;
    this.#backoff = createBackoff({ firstMs: 500, maxMs: 30_000, random });
    this.#status = createCell<ConnectionStatus>({ phase: 'offline', transport: 'websocket' }, sameStatus);
    this.status = this.#status;
    this.#feedState = createCell<'open' | 'closed' | 'blocked'>(parts.isAllowed ? 'closed' : 'blocked');
    this.state = this.#feedState;
  }

  want(): () => void {
    if (this.#wants++ === 0 && this.#parts.isAllowed) this.#on({ type: 'wanted' });
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#wants === 0) this.#on({ type: 'unwanted' });
    };
  }

  /** Carries the replica's document from now on, as long as that is open. */
  carry(replica: Replica): void {
    const release = this.want();
    const channel = new Channel({
      replica,
      clock: this.#parts.clock,
      backoff: createBackoff({ firstMs: 1000, maxMs: 60_000, random: this.#parts.clock.random }),
      send: (message) => this.#write(writeFrame(replica.name, message)),
      token: () => this.#token,
      onRefused: (error) => this.#on({ type: 'refused', error }),
      onProgress: () => this.#progress(),
      onClosed: () => {
        if (this.#channels.get(replica.name) === channel) this.#channels.delete(replica.name);
        release();
        this.#progress();
      },
    });
    this.#channels.set(replica.name, channel);
    if (this.#isOpen && this.#mute === 0) channel.open();
  }

  /** Now, and not when it would be due: the network is back, the page has woken, or there is a new token. */
  wake(): void {
    if (this.#machine.phase === 'denied') this.#on({ type: 'renewed' });
    else if (this.#machine.phase === 'offline') this.#on({ type: 'woken' });
    else this.#ask();
  }

  /** The machine says that there is no network. */
  networkLost(): void {
    this.#on({ type: 'failed', error: new ConcordError('unreachable') });
  }

  close(): void {
    this.#on({ type: 'closed' });
  }

  // --- FeedSocket ---

  send(request: Exclude<RealtimeRequest, { readonly action: 'authenticate' }>): void {
    if (this.#feedState.get() === 'open') this.#write(JSON.stringify(request));
  }

  onMessage(listener: (message: RealtimeMessage) => void): () => void {
    return this.#messages.add(listener);
  }

  // --- the machine ---

  #on(event: MachineEvent): void {
    if (event.type === 'refused') this.#refusal = event.error;
    const { state, effects } = step(this.#machine, event);
    this.#machine = state;
    for (const effect of effects) this.#do(effect);
    this.#report();
    if (state.phase === 'syncing' && event.type === 'accepted') this.#progress();
  }

  #do(effect: MachineEffect): void {
    switch (effect) {
      case 'connect':
        return void this.#connect();
      case 'authenticate':
        return this.#write(JSON.stringify({ action: 'authenticate', token: this.#token } satisfies RealtimeRequest));
      case 'renew':
        return void this.#renew();
      case 'hangUp':
        return this.#hangUp();
      case 'retryLater':
        return this.#retryLater();
      case 'cancelRetry':
        this.#cancelRetry();
        this.#retryAt = undefined;
    }
  }

  #report(): void {
    const { phase, error } = this.#machine;
    const isOpen = phase === 'syncing' || phase === 'live';
    this.#feedState.set(isOpen ? 'open' : this.#mute >= blockedAfter ? 'blocked' : 'closed');
    this.#status.set({
      phase,
      transport: 'websocket',
      ...(error === undefined ? {} : { error }),
      ...(phase === 'offline' && this.#retryAt !== undefined ? { retryAt: this.#retryAt } : {}),
    });
  }

  #progress(): void {
    const { phase } = this.#machine;
    if (phase !== 'syncing' && phase !== 'live') return;
    const isSettled = [...this.#channels.values()].every((channel) => channel.isSettled);
    this.#on({ type: isSettled ? 'synced' : 'behind' });
  }

  // --- the socket ---

  get #isOpen(): boolean {
    return this.#socket?.readyState === 1;
  }

  async #connect(): Promise<void> {
    const { tokens, url, clock } = this.#parts;
    try {
      this.#token = await tokens.get();
    } catch (error) {
      this.#tokenFailed(error);
      return;
    }
    if (this.#machine.phase !== 'connecting' || this.#socket !== undefined) return;
    const socket = new this.#parts.WebSocket(url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    let hasSpoken = false;
    let cancelWait = clock.after(openMs, () => over(new ConcordError('unreachable')));
    const over = (error: ConcordError): void => {
      cancelWait();
      if (this.#socket !== socket) return;
      if (!hasSpoken) void this.#countMute();
      this.#on(eventOf(error));
    };
    socket.addEventListener('open', () => {
      if (this.#socket !== socket) return;
      cancelWait();
      cancelWait = clock.after(openMs, () => over(new ConcordError('unreachable')));
      this.#on({ type: 'opened' });
      this.#heardAt = clock.now();
      this.#tickLater(clock.now());
      this.#renewInTime();
      // Where a word has got through before, one will now: documents need not wait for it.
      if (this.#mute === 0) this.#openChannels();
    });
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (this.#socket !== socket) return;
      hasSpoken = true;
      cancelWait();
      this.#mute = 0;
      this.#heardAt = clock.now();
      this.#askedAt = undefined;
      try {
        if (typeof data === 'string') this.#hear(JSON.parse(data) as RealtimeMessage);
        else this.#take(new Uint8Array(data));
      } catch (cause) {
        // Not what a server of ours says: what comes behind it would be read wrong, too.
        this.#on({ type: 'failed', error: new ConcordError('invalid_frame', { cause }) });
      }
    });
    socket.addEventListener('close', ({ code, reason }) => over(errorOf(code, reason)));
    // Its close follows, and says more.
    socket.addEventListener('error', () => undefined);
  }

  #openChannels(): void {
    for (const channel of this.#channels.values()) channel.open();
  }

  #take(bytes: Uint8Array): void {
    const { document, message } = readFrame(bytes);
    this.#channels.get(document)?.take(message);
  }

  #hear(message: RealtimeMessage): void {
    if (message.type === 'authenticated') {
      this.#backoff.reset();
      this.#openChannels();
      this.#on({ type: 'accepted' });
    } else if (message.type === 'expiring') void this.#renew();
    else if (message.type === 'error' && message.id === undefined && isReauth(message.error.code))
      this.#on({ type: 'refused', error: new ConcordError(message.error.code, message.error) });
    this.#messages.call(message);
  }

  #write(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#isOpen) this.#socket?.send(data);
  }

  /** Lets go of the socket at once: on a dead network its own close would wait for an answer. */
  #hangUp(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#cancelTick();
    this.#cancelRenewal();
    socket?.close();
    for (const channel of this.#channels.values()) channel.lost();
  }

  #retryLater(): void {
    const { clock } = this.#parts;
    this.#cancelRetry();
    if (!this.#machine.isWanted) return;
    const waitMs = this.#mute >= blockedAfter ? blockedRetryMs : this.#backoff.next();
    this.#retryAt = clock.now() + waitMs;
    this.#cancelRetry = clock.after(waitMs, () => this.#on({ type: 'due' }));
  }

  /** It counts as blocked only where requests get through. */
  async #countMute(): Promise<void> {
    if (await this.#parts.probe()) this.#mute++;
    this.#report();
  }

  // --- tokens ---

  /** Gets another token and uses it: for the feed, and for every document. */
  async #renew(): Promise<void> {
    const { tokens } = this.#parts;
    const { phase } = this.#machine;
    if (phase === 'expired') tokens.reject(this.#token);
    try {
      const token = await tokens.get();
      const isAnother = token !== this.#token;
      this.#token = token;
      if (this.#machine.phase === 'expired')
        this.#on(isAnother ? { type: 'renewed' } : { type: 'refused', error: this.#refusal });
      else if (isAnother && this.#isOpen) {
        this.#do('authenticate');
        for (const channel of this.#channels.values()) channel.renew();
        this.#renewInTime();
      }
    } catch (error) {
      // The token at hand may be good for a while: its end is what decides.
      if (this.#machine.phase === 'expired') this.#tokenFailed(error);
    }
  }

  #tokenFailed(error: unknown): void {
    const known = error instanceof ConcordError ? error : new ConcordError('unreachable', { cause: error });
    const { retry } = known.entry;
    this.#on({ type: retry === 'never' || retry === 'reauth' ? 'denied' : 'failed', error: known });
  }

  #renewInTime(): void {
    const { tokens, clock } = this.#parts;
    this.#cancelRenewal();
    if (tokens.expiresAt === undefined) return;
    const inMs = Math.min(Math.max(tokens.expiresAt - clock.now() - renewBeforeMs, leastRenewalMs), 2 ** 31 - 1);
    this.#cancelRenewal = clock.after(inMs, () => void this.#renew());
  }

  // --- signs of life ---

  #tickLater(before: number): void {
    const { clock } = this.#parts;
    this.#cancelTick = clock.after(tickMs, () => {
      const now = clock.now();
      if (this.#askedAt !== undefined && now - this.#askedAt > answerMs) {
        this.#on({ type: 'failed', error: new ConcordError('unreachable') });
        // Not heard of for long: that is no crowd that comes back, so it need not be spread.
        this.#on({ type: 'woken' });
        return;
      }
      if (now - before > tickMs + sleptMs || now - this.#heardAt > quietMs) this.#ask();
      this.#tickLater(now);
    });
  }

  #ask(): void {
    if (!this.#isOpen || this.#askedAt !== undefined) return;
    this.#askedAt = this.#parts.clock.now();
    this.#write(JSON.stringify({ action: 'ping' } satisfies RealtimeRequest));
  }
}

function isReauth(code: ErrorCode): boolean {
  return errorTable[code].retry === 'reauth';
}

/** Why the server has closed the socket; the network, where it does not say. */
function errorOf(code: number, reason: string): ConcordError {
  if (Object.hasOwn(errorTable, reason)) return new ConcordError(reason as ErrorCode);
  const known = code >= 4000 && Object.entries(errorTable).find(([, { close }]) => close === code);
  return new ConcordError(known === undefined || known === false ? 'unreachable' : (known[0] as ErrorCode));
}

function eventOf(error: ConcordError): MachineEvent {
  const { retry } = error.entry;
  if (retry === 'reauth') return { type: 'refused', error };
  return { type: retry === 'never' ? 'denied' : 'failed', error };
}

/** Whether they say the same. */
export function sameStatus(a: ConnectionStatus, b: ConnectionStatus): boolean {
  return a.phase === b.phase && a.error === b.error && a.retryAt === b.retryAt && a.transport === b.transport;
}
