import type { LogState, ShownEntry } from '@concord/client';
import type { LogEntry } from '@concord/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { titleFieldOf } from '../controls/record-title.ts';
import { icon } from '../icons.ts';
import { recordStanding } from '../record/record-standing.ts';
import { peopleOf } from '../record/visitors.ts';
import { chatIcon } from './chat-icons.ts';
import type { ChatScope } from './chat-scope.ts';
import { createComposer } from './compose/composer.ts';
import { createEntryActions } from './create-entry-actions.ts';
import { createMessageList } from './list/message-list.ts';
import { initialsOf } from '../format/person-color.ts';
import type { EntryLook } from './list/entry-view.ts';
import { createDialog } from './overlay/dialog.ts';
import { createEmojiPicker } from './overlay/emoji-picker.ts';
import { createMenu } from './overlay/menu.ts';
import { createSidePanel } from './panel/side-panel.ts';
import { isOwn } from './panel/thread-panel.ts';
import { createReading } from './reading.ts';
import { createAnnouncer } from './announcer.ts';

/** What the element says of how its chat is to be, as of one rendering. */
export interface ChatLook {
  /** Instead of the record's title. */
  readonly label: string | undefined;
  /** Without the line on top. */
  readonly isBare: boolean;
  /** Why nothing can be written, where the page says so. */
  readonly reason: string | undefined;
  /** What else stands at the end of the line on top. */
  readonly tools: TemplateResult | typeof nothing;
}

/** One log as a chat, within the shadow tree of an element. */
export interface Chat {
  render(look: ChatLook): TemplateResult;
  updated(): void;
  focus(): void;
  /** Shows the entry with that number, wherever it is. */
  jump(seq: number): Promise<void>;
  toggle(panel: 'search' | 'pins'): void;
  /** Says for a moment what was done. */
  note(text: string): void;
  /** A problem to be shown. */
  fail(message: string): void;
  close(): void;
}

/** So long is shown what was done. */
const noteMs = 5_000;

export function createChat(scope: ChatScope): Chat {
  const { log, record } = scope;
  const dialog = createDialog(scope);
  const picker = createEmojiPicker(scope);
  const menu = createMenu(scope);
  const reading = createReading(scope);
  const announcer = createAnnouncer(scope);
  let problem: string | undefined;
  let note: string | undefined;
  let noteTimer: ReturnType<typeof setTimeout> | undefined;
  let isDropping = false;
  /** Why nothing can be written, as it was rendered last. */
  let closedFor: string | undefined;
  let topLevel: { readonly of: readonly ShownEntry[]; readonly entries: readonly ShownEntry[] } = { of: [], entries: [] };

  const list = createMessageList({
    root: scope.root,
    name: 'main-list',
    update: scope.update,
    older: () => log.older(),
    newer: () => log.newer(),
    onKey,
  });
  const composer = createComposer({
    scope,
    name: 'main-composer',
    pickEmoji: picker.open,
    send(draft) {
      const { done } = log.send(draft);
      done.catch(() => {}); // the message itself says that it was not sent
      reading.resume();
      void toNewest(); // its failure is shown
    },
    lastOwn: () => entries().findLast(isOwn),
  });
  const panel = createSidePanel({ scope, jump: (entry) => void jump(entry.seq), onKey, pickEmoji: picker.open });
  const actions = createEntryActions(scope, {
    picker,
    menu,
    dialog,
    openThread: (root) => panel.openThread(root),
    edit: (entry) => (entry.replyTo === undefined ? composer : (panel.thread?.composer ?? composer)).edit(entry),
    markUnread: reading.markUnread,
  });

  /** Replies are in their threads. */
  function entries(): readonly ShownEntry[] {
    const all = log.get().entries;
    if (topLevel.of !== all) topLevel = { of: all, entries: all.filter(({ replyTo }) => replyTo === undefined) };
    return topLevel.entries;
  }

  function onKey(event: KeyboardEvent, entry: ShownEntry): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' && entry.seq !== undefined && entry.replyTo === undefined) actions.openThread(entry);
    else if (event.key === 'Escape') composer.focus();
    else return;
    event.preventDefault();
  }

  async function toNewest(): Promise<void> {
    if (log.get().hasNewer) await log.jump('newest');
    list.toEnd();
  }

  async function jump(seq: number): Promise<void> {
    const find = (): ShownEntry | undefined => log.get().entries.find((entry) => entry.seq === seq);
    if (find() === undefined) await log.jump(seq);
    const entry = find();
    if (entry?.replyTo !== undefined) panel.openThread(entry.replyTo, seq);
    const shown = entry?.replyTo === undefined ? entry : log.get().entries.find(({ id }) => id === entry.replyTo?.id);
    if (shown !== undefined) list.show(shown.id);
    scope.update();
  }

  function title(label: string | undefined): string {
    if (label !== undefined) return label;
    const field = record.schema === undefined ? undefined : titleFieldOf(record.schema);
    const value = field === undefined ? undefined : record.fields.get(field);
    return typeof value === 'string' ? value : '';
  }

  function reasonOf({ reason }: ChatLook): string | undefined {
    return reason ?? (log.get().mayWrite ? undefined : scope.words().chatReadOnly);
  }

  function renderHead(look: ChatLook, name: string, pins: readonly LogEntry[]): TemplateResult {
    const words = scope.words();
    const people = peopleOf(scope.read(record.presence.others));
    const tool = (kind: 'search' | 'pins', label: string, shape: TemplateResult, count: number): TemplateResult =>
      html`<button
        type="button"
        class="icon-button"
        part="tool"
        title=${label}
        aria-pressed=${panel.kind === kind ? 'true' : 'false'}
        @click=${() => panel.toggle(kind)}
      >
        ${shape}<span class="unseen">${label}</span>${count > 0 ? html` <span class="tool-count">${count}</span>` : nothing}
      </button>`;
    return html`<header class="head-line" part="header">
      <slot name="header"><h2 class="title" part="title">${name}</h2></slot>
      ${
        people.length === 0
          ? nothing
          : html`<ul class="people" aria-label=${words.whoIsHere}>
              ${people
                .slice(0, 4)
                .map(
                  ({ name: person, color, ink }) =>
                    html`<li class="face" part="avatar" title=${person} style="background: ${color}; color: ${ink}">
                      <span aria-hidden="true">${initialsOf(person)}</span><span class="unseen">${words.isHere(person)}</span>
                    </li>`,
                )}
            </ul>`
      }
      <span class="head-tools">
        ${tool('search', words.chatSearch, chatIcon('search'), 0)} ${tool('pins', words.chatPins, chatIcon('pin'), pins.length)}
        ${look.tools}
      </span>
    </header>`;
  }

  function renderToNewest(hasNewer: boolean): TemplateResult | typeof nothing {
    const count = reading.countNew(entries(), list.isAtEnd && !hasNewer);
    if (list.isAtEnd && !hasNewer) return nothing;
    const words = scope.words();
    return html`<button
      type="button"
      class="button to-newest"
      part="button"
      ?data-new=${count > 0}
      @click=${() => scope.attempt(toNewest())}
    >
      ${icon('down')}${count > 0 ? words.chatNewMessages(count, scope.locale) : words.chatToNewest}
    </button>`;
  }

  function renderFoot(phase: LogState['phase']): TemplateResult {
    const words = scope.words();
    const typists = scope.read(log.typing).filter(({ thread }) => thread === undefined || thread === panel.thread?.root);
    const typing =
      typists.length === 0
        ? ''
        : words.chatTyping(
            typists.map(({ name }) => name),
            scope.locale,
          );
    return html`${
        problem === undefined
          ? nothing
          : html`<p class="problem" role="alert">
              ${icon('alert')}<span>${problem}</span>
              <button type="button" class="icon-button" aria-label=${words.chatClose} @click=${() => fail(undefined)}>
                ${icon('close')}
              </button>
            </p>`
      }
      ${note === undefined ? nothing : html`<p class="noted" role="status">${icon('check')}${note}</p>`}
      <p class="typing" part="typing" aria-live="off">
        ${
          phase === 'offline'
            ? html`${icon('cloudOff')}${words.chatOffline}`
            : typing === ''
              ? nothing
              : html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${typing}`
        }
      </p>`;
  }

  function fail(message: string | undefined): void {
    problem = message;
    scope.update();
  }

  function say(text: string): void {
    note = text;
    clearTimeout(noteTimer);
    noteTimer = setTimeout(() => {
      note = undefined;
      scope.update();
    }, noteMs);
    scope.update();
  }

  function mayDrop({ dataTransfer }: DragEvent): boolean {
    return dataTransfer?.types.includes('Files') === true && log.schema?.attachments !== null && closedFor === undefined;
  }

  /** Text is dropped into the input as into any. */
  function onDrop(event: DragEvent): void {
    if (!mayDrop(event)) return;
    event.preventDefault();
    isDropping = false;
    (panel.thread?.composer ?? composer).addFiles(Array.from(event.dataTransfer?.files ?? []));
    scope.update();
  }

  function isLeaving({ currentTarget, relatedTarget }: DragEvent): boolean {
    return !(relatedTarget instanceof Node && (currentTarget as Element).contains(relatedTarget));
  }

  function onDrag(event: DragEvent, isOver: boolean): void {
    if (!mayDrop(event)) return;
    event.preventDefault();
    if (isDropping === isOver) return;
    isDropping = isOver;
    scope.update();
  }

  return {
    jump,
    note: say,
    fail,
    toggle: panel.toggle,
    focus: composer.focus,
    render(look) {
      scope.read(recordStanding(record));
      const words = scope.words();
      const state = scope.read(log);
      if (state.phase === 'denied') return renderState('lock', words.denied, words.deniedMore);
      if (state.phase === 'gone') return renderState('alert', words.gone, words.goneMore);
      for (const { author, authorName } of state.entries) scope.names.learn(author, authorName);
      const reason = (closedFor = reasonOf(look));
      const name = title(look.label);
      const entryLook: EntryLook = {
        scope,
        actions,
        dialog,
        me: scope.read(scope.client.me)?.id,
        mayWrite: reason === undefined,
        now: new Date(),
        isThread: false,
      };
      return html`<div
        class="chat"
        part="base"
        role="group"
        aria-label=${words.chatMessages(name)}
        data-panel=${panel.kind ?? nothing}
        @dragover=${(event: DragEvent) => onDrag(event, true)}
        @dragleave=${(event: DragEvent) => isLeaving(event) && onDrag(event, false)}
        @drop=${onDrop}
      >
        ${look.isBare ? nothing : renderHead(look, name, state.pins)}
        <div class="columns">
          <div class="main" part="main">
            <div class="list-frame">
              ${list.render({
                label: words.chatMessages(name),
                isLoading: state.phase === 'loading',
                entries: entries(),
                hasOlder: state.hasOlder,
                hasNewer: state.hasNewer,
                unreadFrom: reading.unreadFrom(),
                empty: renderEmpty(words.chatEmpty, reason === undefined ? words.chatEmptyMore : ''),
                look: entryLook,
              })}
              ${renderToNewest(state.hasNewer)}
            </div>
            ${renderFoot(state.phase)}
            <slot name="composer">${composer.render(words.chatWrite(name), reason)}</slot>
          </div>
          ${panel.render(entryLook, reason, state.pins)}
        </div>
        ${isDropping ? html`<div class="drop" aria-hidden="true"><span>${chatIcon('clip')}${words.chatDropHere}</span></div>` : nothing}
        <p class="unseen" role="status">${announcer.text(state.entries)}</p>
        ${picker.render()} ${menu.render()} ${dialog.render()}
      </div>`;
    },
    updated() {
      list.updated();
      composer.updated();
      panel.updated();
      picker.updated();
      menu.updated();
      dialog.updated();
      if (list.isAtEnd && !log.get().hasNewer) reading.markRead();
    },
    close() {
      clearTimeout(noteTimer);
      list.close();
      composer.close();
      panel.close();
      reading.close();
    },
  };
}

function renderState(shape: 'alert' | 'lock', title: string, more: string): TemplateResult {
  return html`<div class="state" part="state" role="status">
    ${icon(shape)}
    <h2>${title}</h2>
    <p>${more}</p>
  </div>`;
}

function renderEmpty(title: string, more: string): TemplateResult {
  return html`<div class="empty">
    ${chatIcon('empty')}
    <p>
      <strong>${title}</strong><br />
      ${more}
    </p>
  </div>`;
}
