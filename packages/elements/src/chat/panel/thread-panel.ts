import type { LiveThread, ShownEntry } from '@concord/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatScope } from '../chat-scope.ts';
import { createComposer, type Composer } from '../compose/composer.ts';
import type { EntryLook } from '../list/entry-view.ts';
import { createMessageList } from '../list/message-list.ts';

export interface ThreadPanel {
  readonly root: number;
  readonly composer: Composer;
  render(look: EntryLook, reason: string | undefined): TemplateResult;
  updated(): void;
  /** Puts a reply into sight, as soon as it is there. */
  show(seq: number): void;
  focus(): void;
  close(): void;
}

export interface ThreadPanelOptions {
  readonly scope: ChatScope;
  /** The number and the id of the entry that began it. */
  readonly root: { readonly seq: number; readonly id: string };
  onKey(event: KeyboardEvent, entry: ShownEntry): void;
  pickEmoji(anchor: HTMLElement, choose: (emoji: string) => void): void;
}

const none: readonly ShownEntry[] = [];

/** The entry that began a thread, its replies, and where one writes another. */
export function createThreadPanel({ scope, root, onKey, pickEmoji }: ThreadPanelOptions): ThreadPanel {
  const thread: LiveThread = scope.log.thread(root.seq);
  let wanted: number | undefined;
  let readUpTo = 0;
  const list = createMessageList({
    root: scope.root,
    name: 'thread-list',
    update: scope.update,
    older: () => Promise.resolve(),
    newer: () => Promise.resolve(),
    onKey,
  });
  const composer = createComposer({
    scope,
    name: 'thread-composer',
    thread: root.seq,
    pickEmoji,
    send(draft) {
      scope.attempt(scope.log.send({ ...draft, replyTo: root.id }).done);
      list.toEnd();
    },
    lastOwn: () => thread.get().entries.findLast(isOwn),
  });

  /** What is in sight while the page has the focus has been read. */
  function markRead(): void {
    const last = thread.get().entries.findLast(({ seq, replyTo }) => seq !== undefined && replyTo !== undefined)?.seq;
    if (last === undefined || last <= readUpTo || !list.isAtEnd || !document.hasFocus()) return;
    readUpTo = last;
    scope.attempt(scope.log.read(last, root.seq));
  }

  return {
    root: root.seq,
    composer,
    focus: composer.focus,
    show(seq) {
      wanted = seq;
      scope.update();
    },
    render(look, reason) {
      const words = scope.words();
      const { entries, phase } = scope.read(thread);
      return html`<div class="thread-list-frame">
          ${list.render({
            label: words.chatThread,
            isLoading: phase === 'loading',
            entries: phase === 'loading' ? none : entries,
            hasOlder: false,
            hasNewer: false,
            unreadFrom: undefined,
            empty: html`${nothing}`,
            look: { ...look, isThread: true },
          })}
        </div>
        ${composer.render(words.chatWriteReply, reason)}`;
    },
    updated() {
      list.updated();
      composer.updated();
      markRead();
      const found = wanted === undefined ? undefined : thread.get().entries.find(({ seq }) => seq === wanted);
      if (found === undefined) return;
      wanted = undefined;
      list.show(found.id);
    },
    close() {
      list.close();
      composer.close();
      thread.close();
    },
  };
}

/** A message that the user may change. */
export function isOwn({ isMine, system, deletedAt, delivery }: ShownEntry): boolean {
  return isMine && system === undefined && deletedAt === undefined && delivery === 'sent';
}
