import type { ShownEntry } from '@concord/client';
import type { LogEntry } from '@concord/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { icon } from '../../icons.ts';
import type { ChatScope } from '../chat-scope.ts';
import type { EntryLook } from '../list/entry-view.ts';
import { renderExcerpt } from './excerpt.ts';
import { createSearchPanel } from './search-panel.ts';
import { createThreadPanel, type ThreadPanel } from './thread-panel.ts';

export type PanelKind = 'thread' | 'search' | 'pins';

/** What stands beside the list, or over it where there is no room: a thread, a search, or what is pinned. */
export interface SidePanel {
  readonly kind: PanelKind | undefined;
  readonly thread: ThreadPanel | undefined;
  openThread(root: { readonly seq: number; readonly id: string }, reply?: number): void;
  toggle(kind: 'search' | 'pins'): void;
  hide(): void;
  render(look: EntryLook, reason: string | undefined, pins: readonly LogEntry[]): TemplateResult | typeof nothing;
  updated(): void;
  close(): void;
}

export interface SidePanelOptions {
  readonly scope: ChatScope;
  jump(entry: LogEntry): void;
  onKey(event: KeyboardEvent, entry: ShownEntry): void;
  pickEmoji(anchor: HTMLElement, choose: (emoji: string) => void): void;
}

export function createSidePanel({ scope, jump, onKey, pickEmoji }: SidePanelOptions): SidePanel {
  const search = createSearchPanel(scope, jump);
  let kind: PanelKind | undefined;
  let thread: ThreadPanel | undefined;
  let opener: Element | null = null;
  let isNew = false;

  function open(next: PanelKind): void {
    if (kind === undefined) opener = scope.root.activeElement;
    kind = next;
    isNew = true;
    if (next !== 'thread') {
      thread?.close();
      thread = undefined;
    }
    scope.update();
  }

  function hide(): void {
    if (kind === undefined) return;
    kind = undefined;
    thread?.close();
    thread = undefined;
    scope.update();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    opener = null;
  }

  function renderPins(pins: readonly LogEntry[]): TemplateResult {
    const words = scope.words();
    return html`<div class="panel-body">
      ${
        pins.length === 0
          ? html`<p class="hint">${words.chatNoPins}</p>`
          : html`<ul class="excerpts">
              ${pins.map((entry) => html`<li>${renderExcerpt(entry, scope, jump)}</li>`)}
            </ul>`
      }
    </div>`;
  }

  return {
    hide,
    get kind() {
      return kind;
    },
    get thread() {
      return thread;
    },
    openThread(root, reply) {
      if (thread?.root !== root.seq) {
        thread?.close();
        thread = createThreadPanel({ scope, root, onKey, pickEmoji });
      }
      open('thread');
      if (reply !== undefined) thread.show(reply);
    },
    toggle(next) {
      if (kind === next) hide();
      else open(next);
    },
    render(look, reason, pins) {
      if (kind === undefined) return nothing;
      const words = scope.words();
      const title = { thread: words.chatThread, search: words.chatSearch, pins: words.chatPins }[kind];
      return html`<section
        class="panel"
        part="panel"
        aria-label=${title}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== 'Escape' || event.defaultPrevented) return;
          event.preventDefault();
          event.stopPropagation();
          hide();
        }}
      >
        <header class="panel-head">
          <h2>${title}</h2>
          <button
            type="button"
            class="icon-button close-panel"
            part="tool"
            aria-label=${words.chatClose}
            title=${words.chatClose}
            @click=${hide}
          >
            ${icon('close')}
          </button>
        </header>
        ${kind === 'thread' ? keyed(thread, thread?.render(look, reason)) : kind === 'search' ? search.render() : renderPins(pins)}
      </section>`;
    },
    updated() {
      thread?.updated();
      if (!isNew) return;
      isNew = false;
      if (kind === 'search') search.focus();
      else if (kind === 'pins') scope.root.querySelector<HTMLElement>('.close-panel')?.focus();
      else thread?.focus();
    },
    close: () => thread?.close(),
  };
}
