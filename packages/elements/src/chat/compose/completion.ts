import { html, nothing, type TemplateResult } from 'lit';
import { isRightToLeft } from '../../base/locale.ts';
import { placeBelow } from '../../base/place-below.ts';
import { createRecordSearch, type RecordSearch } from '../../controls/record-search.ts';
import type { ChatScope } from '../chat-scope.ts';
import { renderFace } from '../list/face.ts';
import { codeOf } from '../text/parse-text.ts';
import { mentionAt, type Named } from './mention-text.ts';

export interface Completion {
  /** The text or the caret is another one. */
  look(text: string, caret: number): void;
  /** True where the key was for the choice. */
  onKeyDown(event: KeyboardEvent): boolean;
  dismiss(): void;
  render(): TemplateResult | typeof nothing;
  updated(textarea: HTMLTextAreaElement | null): void;
  close(): void;
}

interface Choice extends Named {
  readonly id: string;
  readonly name: string;
  readonly kind: '@' | '#';
}

const most = 8;
const widthPx = 260;

/**
 * People by `@`, and records of the chat's collection by `#`, to choose from as one types their names.
 *
 * @param listId the id of the list, of which there may be several on a page
 * @param take puts what was chosen in the place of what was typed from there on
 */
export function createCompletion(scope: ChatScope, listId: string, take: (from: number, chosen: Named) => void): Completion {
  let open: { readonly kind: '@' | '#'; readonly query: string; readonly from: number } | undefined;
  let choices: readonly Choice[] = [];
  let isLoading = false;
  let active = 0;
  let dismissed: number | undefined;
  let search: RecordSearch | undefined;

  async function findPeople(query: string): Promise<void> {
    try {
      const people = await scope.client.people({ query, limit: most });
      if (open?.kind !== '@' || open.query !== query) return;
      choices = people.map(({ id, name }) => {
        scope.names.learn(id, name);
        return { id, name, kind: '@', label: `@${name}`, code: codeOf({ user: id }) };
      });
    } catch {
      choices = []; // nobody can be found without a network; what was typed stays as it is
    }
    isLoading = false;
    scope.update();
  }

  function findRecords(query: string): void {
    const { collection } = scope.log;
    search ??= createRecordSearch(scope.client, collection, () => {
      if (open?.kind !== '#' || search === undefined) return;
      isLoading = search.state.isLoading;
      choices = search.state.records.slice(0, most).map(({ id, title }) => {
        return { id, name: title, kind: '#', label: `#${title}`, code: codeOf({ collection, record: id }) };
      });
      scope.update();
    });
    search.find(query);
  }

  function choose(choice: Choice | undefined): void {
    if (choice === undefined || open === undefined) return;
    const { from } = open;
    open = undefined;
    take(from, choice);
    scope.update();
  }

  return {
    look(text, caret) {
      const next = mentionAt(text, caret);
      if (next === undefined) dismissed = undefined;
      const last = open;
      open = next?.from === dismissed ? undefined : next;
      if (open === undefined) return;
      if (last?.kind === open.kind && last.query === open.query) return;
      // A second word that finds nobody is the beginning of a sentence.
      if (open.query.includes(' ') && choices.length === 0 && !isLoading) {
        dismissed = open.from;
        open = undefined;
        return;
      }
      active = 0;
      isLoading = true;
      if (last?.kind !== open.kind) choices = [];
      if (open.kind === '@')
        void findPeople(open.query); // its failure is that nobody is found
      else findRecords(open.query);
    },
    onKeyDown(event) {
      if (open === undefined) return false;
      const { key } = event;
      if (key === 'Escape') {
        dismissed = open.from;
        open = undefined;
      } else if (choices.length === 0) return false;
      else if (key === 'ArrowDown' || key === 'ArrowUp')
        active = (active + (key === 'ArrowDown' ? 1 : -1) + choices.length) % choices.length;
      else if (key === 'Enter' || key === 'Tab') choose(choices[active]);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      scope.update();
      return true;
    },
    dismiss() {
      open = undefined;
      scope.update();
    },
    render() {
      if (open === undefined) return nothing;
      const words = scope.words();
      const isPeople = open.kind === '@';
      return html`<ul
        class="options completion"
        part="options"
        id=${listId}
        popover="manual"
        role="listbox"
        aria-label=${isPeople ? words.people : words.chatRecords}
      >
        ${choices.map(
          (choice, index) =>
            html`<li
              class="option"
              part="option"
              role="option"
              id="${listId}-${index}"
              aria-selected=${index === active ? 'true' : 'false'}
              ?data-active=${index === active}
              @pointerdown=${(event: Event) => event.preventDefault()}
              @click=${() => choose(choice)}
            >
              ${isPeople ? renderFace(choice.id, choice.name) : html`<span class="hash" aria-hidden="true">#</span>`}
              <span class="text">${choice.name}</span>${isPeople ? html`<span class="detail">${choice.id}</span>` : nothing}
            </li>`,
        )}
        ${
          choices.length > 0
            ? nothing
            : html`<li class="message-line" role="option" aria-disabled="true" aria-selected="false">
                ${isLoading ? words.searching : isPeople ? words.chatNobody : words.chatNoRecords}
              </li>`
        }
      </ul>`;
    },
    updated(textarea) {
      if (textarea === null) return;
      const popup = scope.root.querySelector<HTMLElement>(`#${listId}`);
      if (popup === null) {
        textarea.removeAttribute('aria-activedescendant');
        textarea.removeAttribute('aria-controls');
        return;
      }
      textarea.setAttribute('aria-controls', listId);
      if (choices.length > 0) textarea.setAttribute('aria-activedescendant', `${listId}-${active}`);
      if (!popup.matches(':popover-open')) popup.showPopover();
      const { x, y, height } = textarea.getBoundingClientRect();
      placeBelow(popup, new DOMRect(x, y, 0, height), widthPx, isRightToLeft(textarea));
      popup.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
    },
    close: () => search?.close(),
  };
}
