import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../icons.ts';
import { chatIcon } from '../chat-icons.ts';
import type { ChatScope } from '../chat-scope.ts';
import type { Dialog } from '../overlay/dialog.ts';
import { renderText } from '../text/render-text.ts';
import type { EntryActions } from './entry-actions.ts';
import { renderAttachments } from './entry-attachments.ts';
import { renderFace } from './face.ts';
import { noteText } from './note-text.ts';
import type { Row } from './rows-of.ts';
import { clockOf, dayText, momentText, shortMoment, timeOf } from './times.ts';

export interface EntryLook {
  readonly scope: ChatScope;
  readonly actions: EntryActions;
  readonly dialog: Dialog;
  readonly me: string | undefined;
  readonly mayWrite: boolean;
  readonly now: Date;
  /** In a thread: without the summary of it. */
  readonly isThread: boolean;
}

export interface EntryState {
  /** The one that the keyboard is on: its actions are there. */
  readonly isActive: boolean;
  /** The one that a link has led to. */
  readonly isTarget: boolean;
  readonly position: number;
}

/** One row of the list. Its last child is the message itself. */
export function renderRow({ entry, day, isFirstUnread, isContinued }: Row, state: EntryState, look: EntryLook): TemplateResult {
  const { scope, now } = look;
  const words = scope.words();
  const time = timeOf(entry.at, scope.locale);
  const isNote = entry.system !== undefined;
  const label = isNote ? noteText(entry, scope.names, words) : words.chatBy(entry.authorName, time);
  return html`<article
    class="row"
    part="entry"
    data-key=${entry.id}
    data-seq=${entry.seq ?? nothing}
    data-delivery=${entry.delivery}
    ?data-mine=${entry.isMine}
    ?data-target=${state.isTarget}
    ?data-mentions-me=${!entry.isMine && look.me !== undefined && entry.mentions?.some((m) => 'user' in m && m.user === look.me)}
    tabindex=${state.isActive ? 0 : -1}
    aria-label=${label}
    aria-posinset=${state.position}
    aria-setsize="-1"
  >
    ${day === undefined ? nothing : html`<p class="day"><span>${dayText(day, scope.locale, now, words)}</span></p>`}
    ${isFirstUnread ? html`<p class="unread" part="unread"><span>${words.chatNewHere}</span></p>` : nothing}
    ${isNote ? html`<p class="note">${label} <time datetime=${entry.at}>${time}</time></p>` : renderMessage(entry, isContinued, state, look, time)}
  </article>`;
}

function renderMessage(
  entry: Row['entry'],
  isContinued: boolean,
  { isActive }: EntryState,
  look: EntryLook,
  time: string,
): TemplateResult {
  const { scope } = look;
  const words = scope.words();
  const isDeleted = entry.deletedAt !== undefined;
  const moment = momentText(entry.at, scope.locale);
  return html`<div class="message" part="message" ?data-continued=${isContinued}>
    ${
      isContinued
        ? html`<time class="gutter" datetime=${entry.at} title=${moment}>${clockOf(entry.at, scope.locale)}</time>`
        : renderFace(entry.author, entry.authorName)
    }
    <div class="body">
      ${
        isContinued
          ? nothing
          : html`<p class="head">
              <strong class="name">${entry.authorName}</strong>
              <time datetime=${entry.at} title=${moment}>${time}</time>
              ${entry.pinnedBy === undefined || isDeleted ? nothing : renderPin(look, entry.pinnedBy)}
            </p>`
      }
      <div class="bubble" part="bubble">
        ${isDeleted ? html`<p class="gone">${words.chatDeletedMessage}</p>` : renderContent(entry, look)}
      </div>
      ${isDeleted ? nothing : renderReactions(entry, look)} ${look.isThread ? nothing : renderThread(entry, look)}
      ${renderDelivery(entry, look)}
    </div>
    ${isActive && !isDeleted && entry.delivery === 'sent' ? renderToolbar(entry, look) : nothing}
  </div>`;
}

function renderPin({ scope }: EntryLook, pinnedBy: string): TemplateResult {
  return html`<span class="pinned">${chatIcon('pin')}${scope.words().chatPinnedBy(scope.names.user(pinnedBy))}</span>`;
}

function renderContent(entry: Row['entry'], { scope, actions, dialog, me }: EntryLook): TemplateResult {
  const { names } = scope;
  const edited =
    entry.editedAt === undefined
      ? nothing
      : html`<span class="quiet edited" title=${momentText(entry.editedAt, scope.locale)}>(${scope.words().chatEdited})</span>`;
  return html`
    ${entry.text === '' ? nothing : html`<div class="text" part="text" dir="auto">${renderText(entry.text, { names, me, open: (mention) => actions.open(mention) })}${edited}</div>`}
    ${(entry.attachments?.length ?? 0) === 0 ? nothing : renderAttachments(entry.attachments ?? [], scope, dialog)}
  `;
}

function renderReactions(entry: Row['entry'], { scope, actions, me, mayWrite }: EntryLook): unknown {
  const reactions = Object.entries(entry.reactions ?? {}).filter(([, users]) => users.length > 0);
  if (reactions.length === 0) return nothing;
  const words = scope.words();
  return html`<div class="reactions">
    ${reactions.map(([emoji, users]) => {
      const isMine = me !== undefined && users.includes(me);
      const names = users.map((user) => (user === me ? words.chatYou : scope.names.user(user)));
      const label = words.chatReactedWith(emoji, names, scope.locale);
      return html`<button
        type="button"
        class="reaction"
        part="reaction"
        aria-pressed=${isMine ? 'true' : 'false'}
        title=${label}
        ?disabled=${!mayWrite}
        @click=${() => actions.react(entry, emoji)}
      >
        <span aria-hidden="true">${emoji}</span><span class="count" aria-hidden="true">${users.length}</span>
        <span class="unseen">${label}</span>
      </button>`;
    })}
    ${
      mayWrite
        ? html`<button
            type="button"
            class="reaction add"
            part="reaction"
            aria-label=${words.chatReact}
            title=${words.chatReact}
            @click=${({ currentTarget }: Event) => actions.pickReaction(entry, currentTarget as HTMLElement)}
          >
            ${chatIcon('smile')}
          </button>`
        : nothing
    }
  </div>`;
}

function renderThread(entry: Row['entry'], { scope, actions, now }: EntryLook): unknown {
  const { thread } = entry;
  if (thread === undefined || thread.count === 0) return nothing;
  const words = scope.words();
  return html`<button type="button" class="thread" part="thread" @click=${() => actions.openThread(entry)}>
    <span class="faces">${thread.authors.slice(-3).map((author) => renderFace(author, scope.names.user(author)))}</span>
    <strong>${words.chatReplies(thread.count, scope.locale)}</strong>
    <span class="quiet">${words.chatLastReply(shortMoment(thread.lastAt, scope.locale, now))}</span>
  </button>`;
}

function renderDelivery(entry: Row['entry'], { scope, actions }: EntryLook): unknown {
  const words = scope.words();
  if (entry.delivery === 'sending') return html`<p class="unseen">${words.chatSending}</p>`;
  if (entry.delivery === 'sent') return nothing;
  return html`<p class="not-sent" role="alert">
    ${icon('alert')}<span>${words.chatNotSent(entry.error?.message ?? '')}</span>
    <button type="button" class="button" part="button" @click=${() => actions.retry(entry)}>${words.retry}</button>
    <button type="button" class="button quiet" part="button" @click=${() => actions.discard(entry)}>${words.chatDelete}</button>
  </p>`;
}

function renderToolbar(entry: Row['entry'], look: EntryLook): TemplateResult {
  const { scope, actions, mayWrite, isThread } = look;
  const words = scope.words();
  const button = (label: string, shape: TemplateResult, act: (anchor: HTMLElement) => void): TemplateResult =>
    html`<button
      type="button"
      class="icon-button"
      part="tool"
      tabindex="-1"
      aria-label=${label}
      title=${label}
      @click=${({ currentTarget }: Event) => act(currentTarget as HTMLElement)}
    >
      ${shape}
    </button>`;
  return html`<div class="toolbar" part="toolbar" role="toolbar" aria-label=${words.chatActions}>
    ${mayWrite ? button(words.chatReact, chatIcon('smile'), (anchor) => actions.pickReaction(entry, anchor)) : nothing}
    ${isThread ? nothing : button(words.chatReply, chatIcon('reply'), () => actions.openThread(entry))}
    ${entry.isMine && mayWrite ? button(words.chatEdit, chatIcon('pencil'), () => actions.edit(entry)) : nothing}
    ${button(words.chatMore, chatIcon('more'), (anchor) => actions.openMenu(entry, anchor))}
  </div>`;
}
