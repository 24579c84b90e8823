import { setTimeout as after } from 'node:timers/promises';
import type { FeedEvent, RecordView } from '@concord/protocol';
import { tokenFor } from '../../kit/tokens.ts';
import { randomFrom, type Random } from '../load/random.ts';
import type { ClientSpec, Report, Transport } from './client-spec.ts';
import { lastRecord } from './client-spec.ts';
import { Copy, type Items } from './copy.ts';
import type { HookReceiver } from './hook-receiver.ts';
import { listen } from './listen.ts';
import { longPoll, poll } from './poll.ts';
import { receive } from './receive.ts';
import { ask, BrokenPromise, Cut, listRecords, type Asked } from './request.ts';
import { stream } from './stream.ts';

/** Where clients find the server. */
export interface World {
  /** Through the proxy. */
  readonly url: string;
  /** Past it: for what an administrator does, and nobody loses a connection for. */
  readonly directUrl: string;
}

type Visit = (client: Client) => Promise<void>;

const visits: { readonly [transport in Transport]: Visit } = {
  poll,
  longpoll: longPoll,
  sse: stream,
  websocket: listen,
  webhook: receive,
};

/** How long it stays away when it was cut off, at most. */
const maxAwayMs = 250;

/**
 * One who keeps a copy of some records by what it is told of them, and remembers nothing else but its cursor. It comes
 * again whenever it was cut off, hangs up at random, and goes from one transport to another.
 */
export class Client {
  readonly spec: ClientSpec;
  readonly world: World;
  readonly receiver: HookReceiver;
  readonly copy: Copy;
  readonly random: Random;
  /** Where it goes on. */
  cursor: string | undefined;
  token = '';
  /** Of one visit: it is over, as far as the client is concerned. */
  hangUp: AbortController = new AbortController();
  /** Load has ended: it stays where it is until it knows all. */
  isSettling = false;
  /** Nobody asks for it any more. */
  isGone = false;
  #transport: Transport;
  #turn = 0;
  /** The turn of what it knows. */
  #known = 0;
  #resets = 0;
  #connections = 0;
  /** After so many more events it hangs up. */
  #patience = Infinity;
  #isDone = false;
  readonly #used = new Set<Transport>();

  constructor(spec: ClientSpec, world: World, receiver: HookReceiver) {
    this.spec = spec;
    this.world = world;
    this.receiver = receiver;
    this.copy = new Copy(spec.roles.length === 1);
    this.random = randomFrom(spec.seed);
    this.#transport = spec.transports[0] as Transport;
  }

  get asked(): Asked {
    return { url: this.world.url, token: this.token, signal: this.hangUp.signal };
  }

  get roles(): readonly string[] {
    return this.#rolesAt(this.#turn);
  }

  /** Whether its cursor, and what it knows, is of other roles, which it had before. */
  get hasTurned(): boolean {
    return this.#rolesAt(this.#known) !== this.roles;
  }

  /** Whether it knows the last record of each collection, and all that it knows is by the roles that it has. */
  get isComplete(): boolean {
    return !this.hasTurned && this.spec.sees.every((collection) => this.copy.records.has(`${collection}/${lastRecord}`));
  }

  /** What it asks for, as parameters. */
  get query(): string {
    const { collection, filter, snapshot } = this.spec;
    const parameters = new URLSearchParams({
      ...(collection === undefined ? {} : { collections: collection }),
      ...(filter === undefined ? {} : { filter }),
      ...(snapshot ? { include: 'snapshot' } : {}),
    });
    return parameters.toString();
  }

  /** Resolves once it knows all that there is to be known, which is after {@link settle}, or once something went wrong. */
  async run(): Promise<void> {
    this.token = await this.#newToken();
    while (!this.isGone && !(this.isSettling && this.isComplete)) {
      this.hangUp = new AbortController();
      this.#patience = this.random.chance(0.5) ? 1 + this.random.below(60) : Infinity;
      this.#connections++;
      this.#used.add(this.#transport);
      try {
        await visits[this.#transport](this);
      } catch (error) {
        if (!(error instanceof Cut)) {
          this.copy.wrong.push(error instanceof BrokenPromise ? error.message : `${(error as Error).stack}`);
          return;
        }
      }
      if (!this.isSettling) await this.#wander();
      await after(this.random.below(maxAwayMs));
    }
    this.#isDone = true;
  }

  settle(): void {
    this.isSettling = true;
    this.#patience = Infinity;
    // It may know all already, and hears of nothing more.
    if (this.isComplete) this.hangUp.abort();
  }

  leave(): void {
    this.isGone = true;
    this.hangUp.abort();
  }

  /** Takes in an event, and the cursor behind it. */
  async hear(event: FeedEvent, by: 'feed' | 'record' = 'feed'): Promise<void> {
    const { collection, record } = event;
    const view = event.truncated ? await ask<RecordView>(this.#askedPast, 'GET', `/records/${collection}/${record}`) : undefined;
    this.copy.hear(event, by, view);
    if (by === 'feed') this.cursor = event.cursor;
    this.#patience--;
    if (this.#patience <= 0 || (this.isSettling && this.isComplete && by === 'feed')) this.hangUp.abort();
  }

  /** What it held is not what it may see, or lacks something: it is told anew, or lists again. */
  async reset(cursor: string, items?: Items): Promise<void> {
    const all = items ?? (await this.#list());
    this.#resets++;
    this.begin(cursor, all);
  }

  /** Begins with these records. */
  begin(cursor: string, items: Items): void {
    this.#known = this.#turn;
    this.copy.replace(items);
    this.cursor = cursor;
    if (this.isSettling && this.isComplete) this.hangUp.abort();
  }

  /** It is somebody else by now, as far as roles are concerned. */
  async turn(): Promise<void> {
    this.#turn++;
    this.token = await this.#newToken();
  }

  report(): Report {
    const { records, told, wrong, repeats } = this.copy;
    const { spec, roles } = this;
    const isDone = this.#isDone;
    return {
      spec,
      roles,
      records,
      told,
      wrong,
      repeats,
      resets: this.#resets,
      connections: this.#connections,
      used: [...this.#used],
      isDone,
    };
  }

  /** Past the proxy, and without hanging up. */
  get #askedPast(): Asked {
    return { url: this.world.directUrl, token: this.token };
  }

  #rolesAt(turn: number): readonly string[] {
    return this.spec.roles[turn % this.spec.roles.length] as readonly string[];
  }

  async #wander(): Promise<void> {
    const { spec, random } = this;
    if (random.chance(0.3)) this.#transport = random.pick(spec.transports);
    if (spec.roles.length > 1 && random.chance(0.3)) await this.turn();
  }

  async #newToken(): Promise<string> {
    return await tokenFor({ user: this.spec.user, roles: this.roles, expiresIn: 24 * 3600 });
  }

  /** As the documentation has it for a reset. */
  async #list(): Promise<Items> {
    const { sees, filter } = this.spec;
    return (await Promise.all(sees.map((collection) => listRecords(this.#askedPast, collection, filter)))).flat();
  }
}
