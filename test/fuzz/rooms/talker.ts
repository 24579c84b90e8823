import type { LogEntry, LogPage } from '@concord/protocol';
import type { Random } from '../../kit/random.ts';
import type { Answer, Ask } from './ask.ts';
import type { Ledger } from './ledger.ts';
import type { Watcher } from './watchers.ts';

export interface TalkerOptions {
  readonly user: string;
  /** May change, delete and pin what others have said. */
  readonly isModerator: boolean;
  readonly ask: Ask;
  readonly watcher: Watcher;
  readonly random: Random;
  readonly ledger: Ledger;
  /** Whom it may mention. */
  readonly people: readonly string[];
  /** `/records/rooms/r/messages` */
  readonly path: string;
}

const emojis = ['👍', '🎉', '❤️'];
/** One asks about what is on the screen, more or less. */
const latest = 40;

/** Somebody in a room who does one thing after the other, each until it is answered. */
export class Talker {
  readonly user: string;
  readonly watcher: Watcher;
  readonly #options: TalkerOptions;
  #said = 0;
  #isAway = false;

  constructor(options: TalkerOptions) {
    this.user = options.user;
    this.watcher = options.watcher;
    this.#options = options;
  }

  /** Does something. */
  async act(): Promise<void> {
    const { random, isModerator } = this.#options;
    const acts: readonly (readonly [weight: number, act: () => unknown])[] = [
      [8, () => this.#post()],
      [5, () => this.#post(this.#pick())],
      [3, () => this.#edit(this.#pick(isModerator ? undefined : this.user))],
      [2, () => this.#remove(this.#pick(isModerator ? undefined : this.user))],
      [4, () => this.#react(this.#pick())],
      [isModerator ? 3 : 0, () => this.#pin(this.#pick())],
      [3, () => this.#read()],
      [2, () => this.#look()],
      [1, () => this.#overreach(this.#pick())],
      [2, () => this.#turnAway()],
    ];
    let left = random.below(acts.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, act] of acts) {
      left -= weight;
      if (left < 0) return void (await act());
    }
  }

  /** Is there again, whether it was away or not. */
  comeBack(): void {
    if (this.#isAway) this.watcher.comeBack();
    this.#isAway = false;
  }

  async #post(root?: LogEntry): Promise<void> {
    const { ask, path, random, ledger } = this.#options;
    if (this.watcher.send !== undefined && random.below(2) === 0) {
      const id = await this.watcher.send(this.#text(), root?.id);
      if (id !== undefined) ledger.sent(id);
      return;
    }
    const input = { id: `${this.user}-${++this.#said}`, text: this.#text(), ...(root && { replyTo: root.id }) };
    const post = (): Promise<Answer> => ask('POST', path, input);
    const again = random.below(3);
    // Twice at once; or once more when it is there.
    const first = await Promise.all(again === 0 ? [post(), post()] : [post()]);
    const answers = again === 1 ? [...first, await post()] : first;
    // What it answers may have been deleted, and what was sent in vain may have got there.
    expectStatus(answers, 200, 201, ...(root === undefined ? [] : [410]));
    for (const { status, body } of answers) if (status !== 410) ledger.answered(body as LogEntry);
    if (answers.filter(({ status }) => status === 201).length > 1) throw new Error(`${input.id} was made twice.`);
    if (again === 1 && first[0]?.status !== 410) expectStatus([await ask('POST', path, { ...input, text: 'Else' })], 409);
  }

  async #edit(entry: LogEntry | undefined): Promise<void> {
    if (entry === undefined) return;
    const { ask, path, ledger } = this.#options;
    const answer = await ask('PATCH', `${path}/${entry.id}`, { text: this.#text() });
    expectStatus([answer], 200, 410);
    if (answer.status === 200) ledger.answered(answer.body as LogEntry);
  }

  async #remove(entry: LogEntry | undefined): Promise<void> {
    if (entry === undefined) return;
    const { ask, path, ledger } = this.#options;
    // Gone the second time: by what was sent before, or by somebody else.
    expectStatus([await ask('DELETE', `${path}/${entry.id}`)], 204, 410);
    ledger.deleted(entry.id);
  }

  async #react(entry: LogEntry | undefined): Promise<void> {
    if (entry === undefined) return;
    const { ask, path, random, ledger } = this.#options;
    const emoji = random.pick(emojis);
    const isThere = random.below(3) > 0;
    const answer = await ask(isThere ? 'PUT' : 'DELETE', `${path}/${entry.id}/reactions/${encodeURIComponent(emoji)}`);
    expectStatus([answer], 200, 410);
    if (answer.status === 410) return;
    ledger.answered(answer.body as LogEntry);
    ledger.reacted(entry.id, emoji, this.user, isThere);
  }

  async #pin(entry: LogEntry | undefined): Promise<void> {
    if (entry === undefined) return;
    const { ask, path, random, ledger } = this.#options;
    const answer = await ask('PATCH', `${path}/${entry.id}`, { pinned: random.below(3) > 0 });
    expectStatus([answer], 200, 410);
    if (answer.status === 200) ledger.answered(answer.body as LogEntry);
  }

  /** Says how far it has read; where that is less than before, the rest is unread again. */
  async #read(): Promise<void> {
    const { ask, path, random } = this.#options;
    const seen = this.watcher.entries();
    const seq = random.below(seen.length + 1);
    const thread = random.below(2) === 0 ? seen.findLast((entry) => entry.thread !== undefined)?.seq : undefined;
    expectStatus([await ask('PUT', `${path}/read`, { seq, ...(thread && { thread }) })], 204);
  }

  /** Asks for a page: whatever is in it stays where it is. */
  async #look(): Promise<void> {
    const { ask, path, random, ledger } = this.#options;
    const query = random.pick(['limit=20', `limit=30&around=${1 + random.below(100)}`, 'pinned=true', 'after=0&limit=200']);
    const answer = await ask('GET', `${path}?${query}`);
    expectStatus([answer], 200);
    for (const { id, seq } of (answer.body as LogPage).items) ledger.shown(id, seq);
  }

  /** Tries what is not allowed. */
  async #overreach(entry: LogEntry | undefined): Promise<void> {
    const { ask, path, isModerator } = this.#options;
    if (entry === undefined || isModerator || entry.author === this.user) return;
    expectStatus([await ask('PATCH', `${path}/${entry.id}`, { text: 'Mine now' })], 403, 410);
    expectStatus([await ask('DELETE', `${path}/${entry.id}`)], 403, 410);
    expectStatus([await ask('PATCH', `${path}/${entry.id}`, { pinned: true })], 403, 410);
  }

  #turnAway(): void {
    if (this.#isAway) this.watcher.comeBack();
    else this.watcher.leave();
    this.#isAway = !this.#isAway;
  }

  #text(): string {
    const { random, people } = this.#options;
    const named = people.filter(() => random.below(people.length * 2) === 0);
    return `Proof ${random.below(10_000)} ${named.map((user) => `<@${user}>`).join(' ')}`.trim();
  }

  /** One of the latest entries that it sees, of that author. */
  #pick(author?: string): LogEntry | undefined {
    const seen = this.watcher.entries().filter((entry) => {
      const isTheirs = author === undefined || entry.author === author;
      return isTheirs && entry.deletedAt === undefined && entry.system === undefined;
    });
    return seen.length === 0 ? undefined : this.#options.random.pick(seen.slice(-latest));
  }
}

function expectStatus(answers: readonly Answer[], ...allowed: readonly number[]): void {
  for (const { status, body } of answers)
    if (!allowed.includes(status)) throw new Error(`${status} ${JSON.stringify(body)} in place of ${allowed.join(' or ')}`);
}
