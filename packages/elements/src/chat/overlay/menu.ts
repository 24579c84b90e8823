import { html, nothing, type TemplateResult } from 'lit';
import type { ChatScope } from '../chat-scope.ts';
import { openPopup } from './popup.ts';

export interface MenuItem {
  readonly label: string;
  readonly icon: TemplateResult;
  readonly isDanger?: boolean;
  choose(): void;
}

export interface Menu {
  /** Opens below of `anchor`; the focus is there again when it closes. */
  open(anchor: HTMLElement, label: string, items: readonly MenuItem[]): void;
  render(): TemplateResult | typeof nothing;
  updated(): void;
}

const widthPx = 256;

/** What can be done, one below the other. */
export function createMenu(scope: ChatScope): Menu {
  let opened: { readonly anchor: HTMLElement; readonly label: string; readonly items: readonly MenuItem[] } | undefined;

  const popup = (): HTMLElement | null => scope.root.querySelector('.menu');

  /** @param isElsewhere the focus goes to something else than what has opened it */
  function close(isElsewhere = false): void {
    const before = opened;
    opened = undefined;
    scope.update();
    if (!isElsewhere) before?.anchor.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { key } = event;
    if (key === 'Escape' || key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      return close();
    }
    const items = Array.from(popup()?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []);
    const at = items.indexOf(event.target as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[key];
    if (next === undefined) return;
    event.preventDefault();
    items[next % items.length]?.focus();
  }

  return {
    open(anchor, label, items) {
      opened = { anchor, label, items };
      scope.update();
    },
    render() {
      if (opened === undefined) return nothing;
      return html`<div
        class="options menu"
        part="options"
        popover="auto"
        role="menu"
        aria-label=${opened.label}
        @keydown=${onKeyDown}
        @toggle=${({ newState }: ToggleEvent) => newState === 'closed' && opened !== undefined && close(true)}
      >
        ${opened.items.map(
          ({ label, icon, isDanger = false, choose }) =>
            html`<button
              type="button"
              class="option"
              part="option"
              role="menuitem"
              tabindex="-1"
              ?data-danger=${isDanger}
              @click=${() => {
                close();
                choose();
              }}
            >
              ${icon}<span class="text">${label}</span>
            </button>`,
        )}
      </div>`;
    },
    updated() {
      if (opened !== undefined) openPopup(popup(), opened.anchor, widthPx);
    },
  };
}
