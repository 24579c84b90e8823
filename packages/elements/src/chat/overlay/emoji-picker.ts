import { html, nothing, type TemplateResult } from 'lit';
import type { ChatScope } from '../chat-scope.ts';
import { findEmojis } from './emoji.ts';
import { openPopup } from './popup.ts';

export interface EmojiPicker {
  /** Opens below of `anchor`; the focus is there again when it closes. */
  open(anchor: HTMLElement, choose: (emoji: string) => void): void;
  render(): TemplateResult | typeof nothing;
  updated(): void;
}

const widthPx = 304;
const columns = 8;

/** Emoji to choose from, by a word or with the arrow keys. */
export function createEmojiPicker(scope: ChatScope): EmojiPicker {
  let opened: { readonly anchor: HTMLElement; readonly choose: (emoji: string) => void } | undefined;
  let query = '';

  const popup = (): HTMLElement | null => scope.root.querySelector('.emoji-picker');

  /** @param isElsewhere the focus goes to something else than what has opened it */
  function close(isElsewhere: boolean): void {
    const before = opened;
    opened = undefined;
    query = '';
    scope.update();
    if (!isElsewhere) before?.anchor.focus();
  }

  function choose(emoji: string): void {
    const { choose: take } = opened ?? {};
    close(true);
    take?.(emoji);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { key } = event;
    if (key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      return close(false);
    }
    if (key === 'Tab') return close(false);
    const buttons = Array.from(popup()?.querySelectorAll<HTMLElement>('.emoji') ?? []);
    const at = buttons.indexOf(event.target as HTMLElement);
    if (at === -1) {
      if (key === 'Enter') buttons[0]?.click();
      if (key !== 'ArrowDown') return;
    }
    const forward = getComputedStyle(popup() as HTMLElement).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const backward = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
    const step = { [forward]: 1, [backward]: -1, ArrowDown: at === -1 ? 1 : columns, ArrowUp: -columns }[key];
    if (step === undefined) return;
    event.preventDefault();
    const next = at + step;
    if (next < 0) popup()?.querySelector('input')?.focus();
    else buttons[Math.min(next, buttons.length - 1)]?.focus();
  }

  return {
    open(anchor, take) {
      opened = { anchor, choose: take };
      scope.update();
    },
    render() {
      if (opened === undefined) return nothing;
      const words = scope.words();
      const found = findEmojis(query);
      return html`<div
        class="options emoji-picker"
        part="options"
        popover="auto"
        role="dialog"
        aria-label=${words.chatEmoji}
        @keydown=${onKeyDown}
        @toggle=${({ newState }: ToggleEvent) => newState === 'closed' && opened !== undefined && close(true)}
      >
        <input
          class="input"
          type="search"
          placeholder=${words.chatSearchEmoji}
          aria-label=${words.chatSearchEmoji}
          @input=${({ target }: Event) => {
            query = (target as HTMLInputElement).value;
            scope.update();
          }}
        />
        <div class="emojis" role="group" aria-label=${words.chatEmoji}>
          ${found.map(
            ({ emoji, words: name }) =>
              html`<button
                type="button"
                class="emoji"
                tabindex="-1"
                title=${name}
                aria-label=${name}
                @click=${() => choose(emoji)}
              >
                ${emoji}
              </button>`,
          )}
        </div>
        ${found.length === 0 ? html`<p class="message-line" role="status">${words.chatNoEmoji}</p>` : nothing}
      </div>`;
    },
    updated() {
      if (opened !== undefined) openPopup(popup(), opened.anchor, widthPx);
    },
  };
}
