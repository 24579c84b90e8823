import { ConcordError, type LogDescription, type LogEntry, type LogPage, type LogSearchPage } from '@concord/protocol';
import type { Me } from '../client.ts';
import type { Command, Sent } from '../commands.ts';
import type { Http } from '../http.ts';
import { createCell, type LiveCell } from '../live.ts';
import type { Draft, LiveLog, LiveThread, LogState, ShownEntry } from '../log.ts';
import type { Asked } from '../outbox/check-command.ts';
import { checkDraft } from './check-draft.ts';
import { uploadFile, type LogFilesParts } from './log-files.ts';
import type { LogSource } from './log-source.ts';
import type { Outgoing } from './outgoing.ts';
import { createReadMark, type ReadMark } from './read-mark.ts';
import { createShownEntries, type ShownEntries } from './shown-entries.ts';
import { Stretch } from './stretch.ts';
import { openThread } from './open-thread.ts';
import type { Typing } from './typing.ts';

/** What a log is made of once all that it needs is loaded. */
export interface OpenLogParts extends LogFilesParts {
  readonly http: Http;
  readonly collection: string;
  readonly record: string;
  readonly log: string;
  readonly me: () => Me | undefined;
  readonly schema: () => LogDescription | undefined;
  readonly source: LogSource;
  readonly outgoing: Outgoing;
  readonly typing: Typing;
  readonly enqueue: (asked: Asked) => Sent;
  readonly retry: (id: string) => Promise<void>;
  readonly discard: (id: string) => Promise<void>;
  /** Shows at once that all up to `seq` has been read. */
  readonly onRead: (seq: number, thread: number | undefined, unread: readonly LogEntry[]) => void;
  readonly onClosed: () => void;
}

/** What a handle of a log does once it is loaded; the rest of {@link LiveLog} it has by itself. */
export interface OpenedLog extends Omit<LiveLog, 'collection' | 'record' | 'name' | 'schema' | 'ready' | 'send'> {
  /** Resolves when it is sent. Throws `invalid_record` at once. */
  send(id: string, draft: Draft): Promise<void>;
}

export class OpenLog implements OpenedLog {
  readonly typing: OpenedLog['typing'];
  readonly #parts: OpenLogParts;
  readonly #stretch: Stretch;
  readonly #shown: ShownEntries;
  readonly #cell: LiveCell<LogState>;
  readonly #readMark: ReadMark;
  readonly #threads = new Set<LiveThread>();
  readonly #stops: (() => void)[];
  #isClosed = false;

  constructor(parts: OpenLogParts) {
    const { source, outgoing, typing } = parts;
    this.#parts = parts;
    this.#stretch = new Stretch(source);
    this.#shown = createShownEntries(parts.me);
    this.#cell = createCell<LogState>(this.#look(), sameState);
    this.#readMark = createReadMark(parts);
    this.typing = typing.others;
    this.#stops = [source.changed.add(() => this.#refresh()), outgoing.changed.add(() => this.#refresh())];
    this.#refresh();
  }

  get(): LogState {
    return this.#cell.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#cell.subscribe(listener);
  }

  older(): Promise<void> {
    return this.#stretch.older();
  }

  newer(): Promise<void> {
    return this.#stretch.newer();
  }

  jump(to: number | 'newest'): Promise<void> {
    return this.#stretch.jump(to);
  }

  send(id: string, draft: Draft): Promise<void> {
    const { schema, source, enqueue, collection, record, log } = this.#parts;
    checkDraft(schema(), draft);
    const { text, replyTo, attachments = [] } = draft;
    const answered = replyTo === undefined ? undefined : source.find(replyTo);
    // A reply to a reply goes to the thread that it is in.
    const root = answered?.replyTo ?? answered;
    const body = { id, text, ...(replyTo === undefined ? {} : { replyTo }), attachments: attachments.map((file) => file.id) };
    const shown = { attachments, ...(root === undefined ? {} : { replyTo: { id: root.id, seq: root.seq } }) };
    return enqueue({ operation: 'post', collection, record, log, entry: id, body, shown }).done;
  }

  async retry(id: string): Promise<void> {
    for (const command of this.#commandsOf(id)) await this.#parts.retry(command.id);
  }

  async discard(id: string): Promise<void> {
    for (const command of this.#commandsOf(id)) await this.#parts.discard(command.id);
  }

  edit(id: string, text: string): Promise<void> {
    return this.#change({ operation: 'edit', id, body: { text } }, 'PATCH');
  }

  remove(id: string): Promise<void> {
    return this.#change({ operation: 'remove', id }, 'DELETE');
  }

  async pin(id: string, isPinned: boolean): Promise<void> {
    const { http, source } = this.#parts;
    source.learn([await http.json<LogEntry>('PATCH', this.#path(id), { pinned: isPinned })]);
    await source.askPins();
  }

  async react(id: string, emoji: string): Promise<void> {
    const { http, source, me } = this.#parts;
    const isThere = source.find(id)?.reactions?.[emoji]?.includes(me()?.id ?? '') === true;
    const path = `${this.#path(id)}/reactions/${encodeURIComponent(emoji)}`;
    source.learn([await http.json<LogEntry>(isThere ? 'DELETE' : 'PUT', path)]);
  }

  read(seq: number, thread?: number): Promise<void> {
    const { source, onRead, me } = this.#parts;
    const unread: LogEntry[] = [];
    for (let at = seq + 1; at <= (source.head ?? 0); at++) {
      const entry = source.entry(at);
      if (entry !== undefined && entry.author !== me()?.id) unread.push(entry);
    }
    onRead(seq, thread, unread);
    return this.#readMark.read(seq, thread);
  }

  search(query: string, before?: number): Promise<LogSearchPage> {
    const { http, source } = this.#parts;
    const parameters = new URLSearchParams({ query, ...(before === undefined ? {} : { before: String(before) }) });
    return http.json('GET', `${source.path}?${parameters.toString()}`);
  }

  thread(root: number): LiveThread {
    const { source, outgoing } = this.#parts;
    const page = (before: number | undefined): Promise<LogPage> =>
      source.load({ thread: root, limit: 200, ...(before === undefined ? {} : { before }) });
    const thread = openThread(root, { source, outgoing, shown: this.#shown, page });
    this.#threads.add(thread);
    return {
      ...thread,
      close: () => {
        this.#threads.delete(thread);
        thread.close();
      },
    };
  }

  upload(file: Blob, name: string, onProgress: (share: number) => void = () => undefined): ReturnType<LiveLog['upload']> {
    const path = `${this.#parts.source.path}/files?${new URLSearchParams({ name }).toString()}`;
    return uploadFile(this.#parts, path, file, onProgress);
  }

  async file({ id }: { readonly id: string }): Promise<Blob> {
    const { http, source } = this.#parts;
    return await (await http.fetch(`${source.path}/files/${encodeURIComponent(id)}`)).blob();
  }

  type(thread?: number): void {
    this.#parts.typing.type(thread);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    for (const thread of this.#threads) thread.close();
    this.#stretch.close();
    this.#parts.typing.close();
    this.#parts.onClosed();
  }

  // --- inside ---

  #path(id: string): string {
    return `${this.#parts.source.path}/${id}`;
  }

  /** What waits, or is refused, of an entry. */
  #commandsOf(id: string): readonly Command[] {
    const post = this.#parts.outgoing.entries().find(({ command }) => command.entry === id)?.command;
    const change = this.#parts.outgoing.changes().get(id);
    return [post, change].filter((command) => command !== undefined);
  }

  /** By request; where none gets through, or something about the entry waits already, by the outbox. */
  async #change(
    { operation, id, body }: { readonly operation: 'edit' | 'remove'; readonly id: string; readonly body?: { text: string } },
    method: string,
  ): Promise<void> {
    const { http, source, enqueue, collection, record, log } = this.#parts;
    const wait = (): Promise<void> =>
      enqueue({ operation, collection, record, log, entry: id, ...(body === undefined ? {} : { body }) }).kept;
    if (!source.isReachable || this.#commandsOf(id).length > 0) return await wait();
    try {
      const answer = await http.json<LogEntry | undefined>(method, this.#path(id), body);
      if (answer !== undefined) source.learn([answer]);
    } catch (error) {
      if (!(error instanceof ConcordError) || error.entry.retry === 'never') throw error;
      await wait();
    }
  }

  #refresh(): void {
    this.#stretch.arrange();
    this.#cell.set(this.#look());
  }

  #look(): LogState {
    const { source, outgoing } = this.#parts;
    const { phase, head = 0, pins, rights, error } = source;
    const schema = this.#parts.schema();
    const there = this.#stretch.entries();
    const changes = outgoing.changes();
    const hasNewer = !this.#stretch.isNewest && (there.at(-1)?.seq ?? head) < head;
    const entries: ShownEntry[] = there.map((entry) => this.#shown.sent(entry, changes.get(entry.id)));
    if (!hasNewer && phase !== 'denied') {
      const last = there.at(-1)?.seq ?? 0;
      for (const post of outgoing.entries()) {
        // What has its place by now in front of what is shown comes with the older ones.
        if (post.answer !== undefined && post.answer.seq <= last) continue;
        entries.push(this.#shown.outgoing(post, changes.get(post.command.entry ?? '')));
      }
    }
    return {
      phase: phase === 'offline' && entries.length === 0 && head > 0 ? 'loading' : phase,
      entries,
      head,
      hasOlder: (there[0]?.seq ?? 1) > 1,
      hasNewer,
      pins,
      mayWrite: rights?.write ?? schema?.write !== false,
      mayModerate: rights?.moderate ?? schema?.moderate === true,
      ...(error === undefined ? {} : { error }),
    };
  }
}

function sameState(a: LogState, b: LogState): boolean {
  return (
    a.phase === b.phase &&
    a.head === b.head &&
    a.hasOlder === b.hasOlder &&
    a.hasNewer === b.hasNewer &&
    a.pins === b.pins &&
    a.mayWrite === b.mayWrite &&
    a.mayModerate === b.mayModerate &&
    a.error === b.error &&
    a.entries.length === b.entries.length &&
    a.entries.every((entry, index) => entry === b.entries[index])
  );
}
