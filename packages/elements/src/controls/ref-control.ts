import type { RefSchema } from '@concord/schema';
import { html, nothing } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { repeat } from 'lit/directives/repeat.js';
import { adoptStyles } from '../base/adopt-styles.ts';
import { isRightToLeft } from '../base/locale.ts';
import { placeBelow } from '../base/place-below.ts';
import { icon } from '../icons.ts';
import type { AnyClient } from '../record/any-record.ts';
import { optionStyles } from '../styles/options.ts';
import { pickerStyles } from '../styles/picker.ts';
import { keptText } from './kept-text.ts';
import { createRecordSearch } from './record-search.ts';
import { namesOf, tryWrite, type Control, type Target } from './target.ts';

const minWidthPx = 240;

/** A record of another collection, chosen by its title: a combobox that searches as one types (ARIA 1.2, list autocomplete). */
export function createRefControl(target: Target<RefSchema>, client: AnyClient, root: ShadowRoot): Control {
  adoptStyles(root, optionStyles);
  adoptStyles(root, pickerStyles);
  const search = createRecordSearch(client, target.schema.collection, refresh);
  let isOpen = false;
  let active = 0;
  /** What stands in the input while one searches; else it shows what is chosen. */
  let typed: string | undefined;

  const listId = () => `${target.id}-list`;
  const input = () => root.getElementById(target.id) as HTMLInputElement | null;
  const list = () => root.getElementById(listId());

  function refresh(): void {
    active = Math.min(active, Math.max(search.state.records.length - 1, 0));
    target.update();
  }

  function place(): void {
    const [popup, anchor] = [list(), input()];
    if (popup === null || anchor === null) return;
    if (!popup.matches(':popover-open')) popup.showPopover();
    placeBelow(popup, anchor.getBoundingClientRect(), minWidthPx, isRightToLeft(anchor));
  }

  function open(text: string): void {
    if (target.readOnly) return;
    if (!isOpen) {
      addEventListener('scroll', place, { capture: true, passive: true });
      addEventListener('resize', place);
    }
    isOpen = true;
    active = 0;
    search.find(text);
    target.update();
  }

  function close(): void {
    removeEventListener('scroll', place, { capture: true });
    removeEventListener('resize', place);
    isOpen = false;
    typed = undefined;
    target.update();
  }

  function choose(id: string | null): void {
    tryWrite(target, id);
    close();
  }

  function move(by: number): void {
    const { length } = search.state.records;
    if (length === 0) return;
    active = (active + by + length) % length;
    target.update();
    queueMicrotask(() => list()?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' }));
  }

  function onKeydown(event: KeyboardEvent): void {
    if (event.isComposing || target.readOnly) return;
    const record = search.state.records[active];
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        event.preventDefault();
        if (!isOpen) open('');
        else move(event.key === 'ArrowDown' ? 1 : -1);
        break;
      case 'Enter':
        if (!isOpen) break;
        event.preventDefault();
        if (record !== undefined) choose(record.id);
        else if (typed === '') choose(null);
        break;
      case 'Escape':
        if (!isOpen) break;
        event.preventDefault();
        event.stopPropagation();
        close();
        break;
      default:
    }
  }

  function shownText(): string {
    if (typed !== undefined) return typed;
    const id = target.value();
    if (typeof id !== 'string') return '';
    const title = search.titleOf(id);
    return title === undefined ? '…' : (title ?? target.strings.notFound(id));
  }

  const options = () => {
    const { isLoading, records } = search.state;
    const { strings, locale } = target;
    const message = isLoading ? strings.searching : records.length === 0 ? strings.noMatches : undefined;
    return html`<ul class="options" part="options" popover="manual" role="listbox" id=${listId()} aria-label=${target.label}>
        ${repeat(
          records,
          ({ id }) => id,
          ({ id, title }, index) =>
            html`<li
              class="option"
              part="option"
              role="option"
              id="${listId()}-${index}"
              aria-selected=${id === target.value() ? 'true' : 'false'}
              ?data-active=${index === active}
              @pointerdown=${(event: Event) => event.preventDefault()}
              @click=${() => choose(id)}
            >
              <span class="text">${title}</span>${title === id ? nothing : html`<span class="detail">${id}</span>`}
            </li>`,
        )}
        ${
          message === undefined || (isLoading && records.length > 0)
            ? nothing
            : html`<li class="message" role="option" aria-disabled="true" aria-selected="false">${message}</li>`
        }
      </ul>
      <span class="unseen" role="status">${isLoading ? '' : strings.matches(records.length, locale)}</span>`;
  };

  return {
    dispose() {
      close();
      search.close();
    },
    revert() {
      const was = typed !== undefined;
      if (isOpen) close();
      return was;
    },
    render() {
      const { label, describedBy, invalid, required } = namesOf(target);
      const { strings, readOnly, schema } = target;
      const isChosen = typeof target.value() === 'string';
      if (isOpen) queueMicrotask(place);
      return html`<div class="picker">
        <input
          part="input"
          class="input"
          type="text"
          role="combobox"
          autocomplete="off"
          aria-autocomplete="list"
          aria-expanded=${isOpen ? 'true' : 'false'}
          aria-controls=${ifDefined(isOpen ? listId() : undefined)}
          aria-activedescendant=${ifDefined(isOpen && search.state.records.length > 0 ? `${listId()}-${active}` : undefined)}
          id=${target.id}
          ?readonly=${readOnly}
          aria-label=${ifDefined(label)}
          aria-describedby=${ifDefined(describedBy)}
          aria-invalid=${ifDefined(invalid)}
          aria-required=${ifDefined(required)}
          placeholder=${readOnly ? '' : strings.search}
          @click=${(event: Event) => {
            if (isOpen || readOnly) return;
            (event.target as HTMLInputElement).select();
            open('');
          }}
          @input=${(event: Event) => {
            typed = (event.target as HTMLInputElement).value;
            open(typed);
          }}
          @keydown=${onKeydown}
          @blur=${() => {
            if (typed === '' && isChosen && !schema.required) choose(null);
            else if (isOpen) close();
          }}
          ${keptText(shownText())}
        />
        ${
          isChosen && !schema.required && !readOnly
            ? html`<button
                type="button"
                class="icon-button"
                tabindex="-1"
                aria-label=${strings.clear}
                title=${strings.clear}
                @pointerdown=${(event: Event) => event.preventDefault()}
                @click=${() => choose(null)}
              >
                ${icon('close')}
              </button>`
            : readOnly
              ? nothing
              : icon('chevron')
        }
        ${isOpen ? options() : nothing}
      </div>`;
    },
  };
}
