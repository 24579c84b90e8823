import type { ShownEntry } from '@concord/client';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { createRowScroller } from '../scroll/row-scroller.ts';
import { renderRow, type EntryLook } from './entry-view.ts';
import { listKey, toolKey } from './list-keys.ts';
import { rowsOf, type Row } from './rows-of.ts';

/** What a list shows, as of one rendering. */
export interface ListContent {
  readonly label: string;
  readonly isLoading: boolean;
  readonly entries: readonly ShownEntry[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  readonly unreadFrom: number | undefined;
  readonly empty: TemplateResult;
  readonly look: EntryLook;
}

export interface MessageList {
  render(content: ListContent): TemplateResult;
  updated(): void;
  /** Puts an entry into sight and marks it, until something else is done. */
  show(id: string): void;
  toEnd(): void;
  /** The newest is in sight. */
  readonly isAtEnd: boolean;
  /** Moves the focus to the newest. */
  focus(): void;
  close(): void;
}

export interface MessageListOptions {
  readonly root: ShadowRoot;
  /** A class of its own, by which its elements are found. */
  readonly name: string;
  update(): void;
  older(): Promise<void>;
  newer(): Promise<void>;
  /** Keys that the list does not know, of the entry that they are meant for. */
  onKey(event: KeyboardEvent, entry: ShownEntry): void;
}

/** More is asked for when so few rows are left outside of sight. */
const nearEdge = 10;

/** Messages below each other, of which only those near to what is in sight are in the document. */
export function createMessageList({ root, name, update, older, newer, onKey }: MessageListOptions): MessageList {
  let content: ListContent | undefined;
  let shown = { start: 0, end: 0 };
  let active: string | undefined;
  let target: string | undefined;
  let isFetching = false;
  /** More was asked for as it is now: not again before something has changed. */
  let fetchedFor: readonly ShownEntry[] | undefined;
  let focusedRow: Element | null = null;
  let rows: readonly Row[] = [];
  let keys: readonly string[] = [];
  const scroller = createRowScroller({ update, hasMore: () => content?.hasNewer === true });

  const element = (): HTMLElement | null => root.querySelector(`.${name} .scroll`);
  const rowElement = (id: string): HTMLElement | null =>
    root.querySelector<HTMLElement>(`.${name} .row[data-key="${CSS.escape(id)}"]`);
  const entryOf = (id: string | undefined): ShownEntry | undefined => content?.entries.find((entry) => entry.id === id);

  async function fetch(more: () => Promise<void>): Promise<void> {
    isFetching = true;
    fetchedFor = content?.entries;
    try {
      await more();
    } catch {
      // The state of the log says that it is offline; scrolling asks again.
    } finally {
      isFetching = false;
    }
    update();
  }

  function fetchIfNear(): void {
    if (content === undefined || isFetching || content.entries === fetchedFor) return;
    if (content.hasOlder && shown.start < nearEdge)
      void fetch(older); // its failure is told by the log's state
    else if (content.hasNewer && shown.end > content.entries.length - nearEdge) void fetch(newer); // as above
  }

  function activate(id: string | undefined): void {
    if (id === undefined || id === active) return;
    active = id;
    update();
  }

  function moveTo(index: number): void {
    const entry = content?.entries[index];
    if (entry === undefined) return;
    active = entry.id;
    update();
    // It is in the document by now, or becomes it as it is scrolled to.
    queueMicrotask(() => {
      const row = rowElement(entry.id);
      if (row === null) scroller.show(entry.id);
      row?.focus({ preventScroll: true });
      row?.scrollIntoView({ block: 'nearest' });
    });
  }

  function onKeyDown(event: KeyboardEvent): void {
    unmark();
    const row = (event.target as HTMLElement).closest<HTMLElement>('.row');
    if (row === null) {
      if (event.key === 'ArrowUp' && content !== undefined && event.target === element()) {
        event.preventDefault();
        moveTo(content.entries.length - 1);
      }
      return;
    }
    if (toolKey(event, row)) return;
    if (event.target !== row) return;
    const index = content?.entries.findIndex(({ id }) => id === row.dataset['key']) ?? -1;
    const step = listKey(event);
    if (step !== undefined) {
      event.preventDefault();
      const last = (content?.entries.length ?? 0) - 1;
      return moveTo(Math.min(Math.max(step === 'first' ? 0 : step === 'last' ? last : index + step, 0), last));
    }
    const entry = content?.entries[index];
    if (entry !== undefined) onKey(event, entry);
  }

  function onScroll(): void {
    fetchedFor = undefined;
    scroller.onScroll();
    fetchIfNear();
  }

  function unmark(): void {
    if (target === undefined) return;
    target = undefined;
    update();
  }

  const rowOfEvent = ({ target: at }: Event): string | undefined =>
    (at as Element).closest?.<HTMLElement>('.row')?.dataset['key'];

  return {
    get isAtEnd() {
      return scroller.isAtEnd;
    },
    render(next) {
      const { entries, look, unreadFrom } = next;
      if (entries !== content?.entries || unreadFrom !== content.unreadFrom) {
        rows = rowsOf(entries, unreadFrom);
        keys = entries.map(({ id }) => id);
      }
      content = next;
      focusedRow = root.activeElement?.closest(`.${name} .row`) ?? null;
      if (entryOf(active) === undefined) active = entries.at(-1)?.id;
      const window = scroller.window(keys);
      shown = window;
      return html`<div class="list ${name}">
        <div
          class="scroll"
          part="list"
          role="feed"
          tabindex="0"
          aria-label=${next.label}
          aria-busy=${next.isLoading || isFetching ? 'true' : 'false'}
          @scroll=${onScroll}
          @keydown=${onKeyDown}
          @pointerdown=${unmark}
          @pointerover=${(event: PointerEvent) => event.pointerType === 'mouse' && activate(rowOfEvent(event))}
          @click=${(event: Event) => activate(rowOfEvent(event))}
          @focusin=${(event: Event) => activate(rowOfEvent(event))}
        >
          <div class="before" style="height: ${window.beforePx}px"></div>
          <div class="rows">
            ${repeat(
              rows.slice(window.start, window.end),
              ({ entry }) => entry.id,
              (row, index) =>
                renderRow(
                  row,
                  {
                    isActive: row.entry.id === active,
                    isTarget: row.entry.id === target,
                    position: row.entry.seq ?? window.start + index + 1,
                  },
                  look,
                ),
            )}
          </div>
          <div style="height: ${window.afterPx}px"></div>
        </div>
        ${entries.length === 0 ? (next.isLoading ? renderWaiting() : next.empty) : nothing}
      </div>`;
    },
    updated() {
      const scroll = element();
      scroller.rendered(scroll, scroll?.querySelector<HTMLElement>('.rows') ?? null);
      // The message that the keyboard was on has gone out of the document: the list is where it goes on.
      if (focusedRow?.isConnected === false && root.activeElement === null) scroll?.focus({ preventScroll: true });
      fetchIfNear();
    },
    show(id) {
      active = id;
      target = id;
      scroller.show(id);
    },
    toEnd: () => scroller.toEnd(),
    focus: () => moveTo((content?.entries.length ?? 0) - 1),
    close: () => scroller.close(),
  };
}

function renderWaiting(): TemplateResult {
  return html`<div class="loading" aria-hidden="true">
    ${[70, 45, 85, 60].map(
      (width) => html`<p><span class="waiting round"></span><span class="waiting" style="width: ${width}%"></span></p>`,
    )}
  </div>`;
}
