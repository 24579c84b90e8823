import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../icons.ts';
import { chatIcon } from '../chat-icons.ts';
import type { ChatHost } from '../chat-host.ts';
import type { ChatWords } from '../chat-scope.ts';
import { createGuestSource, type GuestSource } from './guest-source.ts';

/** A round button at the corner of the page, and the panel that it opens. */
export interface Widget {
  /** Gives the element the token and the record of a guest, where it is for guests. */
  willUpdate(): void;
  /** @param content the chat, with what else stands on its top line */
  render(content: (tools: TemplateResult) => TemplateResult): TemplateResult;
  updated(): void;
  close(): void;
}

export interface WidgetChat {
  /** How many messages are new. Call it while rendering. */
  unread(): number;
  /** The visitor's room is gone, or not theirs any more. Call it while rendering. */
  isOver(): boolean;
  focus(): void;
}

export function createWidget({ element, watcher }: ChatHost, words: () => ChatWords, chat: WidgetChat): Widget {
  const root = element.renderRoot as ShadowRoot;
  let source: { readonly key: string; readonly guests: GuestSource } | undefined;
  let problem: string | undefined;
  let isStarting = false;
  let wasOpen = false;

  function guestSource(): GuestSource | undefined {
    const { guest: collection, account } = element;
    if (collection === undefined || account === undefined) return undefined;
    const url = new URL(element.url ?? '/', location.href).href.replace(/\/$/, '');
    const key = JSON.stringify([url, account, collection]);
    if (source?.key !== key) source = { key, guests: createGuestSource(url, account, collection) };
    return source.guests;
  }

  function setOpen(isOpen: boolean): void {
    element.open = isOpen;
    element.dispatchEvent(new CustomEvent('concord-toggle', { detail: { open: isOpen }, bubbles: true, composed: true }));
  }

  async function start(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const guests = guestSource();
    if (guests === undefined || isStarting) return;
    isStarting = true;
    problem = undefined;
    element.requestUpdate();
    try {
      await guests.start(String(new FormData(event.target as HTMLFormElement).get('name') ?? ''));
      wasOpen = false; // the focus goes to where one writes
    } catch (error) {
      problem = error instanceof Error ? error.message : words().failed;
    } finally {
      isStarting = false;
      element.requestUpdate();
    }
  }

  function renderClose(): TemplateResult {
    const { chatClose } = words();
    return html`<button
      type="button"
      class="icon-button"
      part="tool"
      aria-label=${chatClose}
      title=${chatClose}
      @click=${() => setOpen(false)}
    >
      ${icon('close')}
    </button>`;
  }

  function renderWelcome(): TemplateResult {
    const { chatTitle, chatWelcome, chatYourName, chatStart } = words();
    return html`<div class="chat welcome">
      <header class="head-line" part="header">
        <h2 class="title">${element.label ?? chatTitle}</h2>
        <span class="head-tools">${renderClose()}</span>
      </header>
      <form class="start" @submit=${start}>
        ${chatIcon('chat')}
        <p>${chatWelcome}</p>
        <label>${chatYourName}<input class="input" part="input" name="name" autocomplete="name" maxlength="80" /></label>
        <button class="button primary" part="button" ?disabled=${isStarting}>${chatStart}</button>
        ${problem === undefined ? nothing : html`<p class="problem" role="alert">${problem}</p>`}
      </form>
    </div>`;
  }

  function renderOver(guests: GuestSource): TemplateResult {
    const { chatTitle, chatOver, chatStart } = words();
    return html`<div class="chat welcome">
      <header class="head-line" part="header">
        <h2 class="title">${element.label ?? chatTitle}</h2>
        <span class="head-tools">${renderClose()}</span>
      </header>
      <div class="start">
        ${chatIcon('chat')}
        <p role="status">${chatOver}</p>
        <button
          type="button"
          class="button primary"
          part="button"
          @click=${() => {
            wasOpen = false; // the focus goes to the name
            guests.forget();
          }}
        >
          ${chatStart}
        </button>
      </div>
    </div>`;
  }

  function renderSheet(content: (tools: TemplateResult) => TemplateResult): TemplateResult {
    const guests = guestSource();
    if (needsGuest()) return renderWelcome();
    return guests !== undefined && chat.isOver() ? renderOver(guests) : content(renderClose());
  }

  const needsGuest = (): boolean => {
    const guests = guestSource();
    return guests !== undefined && watcher.read(guests.guest) === undefined;
  };

  return {
    willUpdate() {
      const guests = guestSource();
      if (guests === undefined) return;
      const guest = watcher.read(guests.guest);
      element.token = guest === undefined ? undefined : guests.token;
      element.collection = guest?.collection;
      element.record = guest?.record;
    },
    render(content) {
      const { chatOpen, chatOpenUnread, chatClose } = words();
      const count = chat.unread();
      const label = element.open ? chatClose : count > 0 ? chatOpenUnread(count, element.locale) : chatOpen;
      return html`${
          element.open
            ? html`<div
                class="sheet"
                part="sheet"
                role="dialog"
                aria-label=${element.label ?? words().chatTitle}
                @keydown=${(event: KeyboardEvent) => {
                  if (event.key !== 'Escape' || event.defaultPrevented) return;
                  event.preventDefault();
                  setOpen(false);
                }}
              >
                ${renderSheet(content)}
              </div>`
            : nothing
        }<button
          type="button"
          class="launcher"
          part="launcher"
          aria-label=${label}
          title=${label}
          aria-expanded=${element.open ? 'true' : 'false'}
          @click=${() => setOpen(!element.open)}
        >
          ${element.open ? icon('chevron') : chatIcon('chat')}
          ${count > 0 && !element.open ? html`<span class="badge" part="badge" aria-hidden="true">${count > 99 ? '99+' : count}</span>` : nothing}
        </button>`;
    },
    updated() {
      if (!element.floating || wasOpen === element.open) return;
      const isFirst = root.querySelector('.start') !== null;
      if (element.open && !isFirst && root.querySelector('textarea') === null) return; // not there yet
      wasOpen = element.open;
      if (!element.open) root.querySelector<HTMLElement>('.launcher')?.focus();
      else if (isFirst) root.querySelector<HTMLElement>('.start input')?.focus();
      else chat.focus();
    },
    close() {
      source = undefined;
    },
  };
}
