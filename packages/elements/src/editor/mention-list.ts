import type { SuggestionKeyDownProps, SuggestionProps } from '@tiptap/suggestion';
import { html, render } from 'lit';
import { isRightToLeft } from '../base/locale.ts';
import { placeBelow } from '../base/place-below.ts';
import { colorOf, initialsOf, inkOn } from '../format/person-color.ts';
import type { Person } from '../record/any-record.ts';
import type { Strings } from '../strings/strings.ts';

type Choice = { readonly id: string; readonly label: string };
type Props = SuggestionProps<Person, Choice>;

export interface MentionList {
  onStart(props: Props): void;
  onUpdate(props: Props): void;
  onKeyDown(props: SuggestionKeyDownProps): boolean;
  onExit(): void;
}

const widthPx = 240;
const listId = 'people';

/** The people who may be meant, below the caret. The focus stays in the text, which says which one is at choice. */
export function createMentionList(root: ShadowRoot, words: () => Strings): MentionList {
  const container = document.createElement('div');
  let props: Props | undefined;
  let active = 0;

  function choose(person: Person | undefined): void {
    if (person !== undefined) props?.command({ id: person.id, label: person.name });
  }

  function show(): void {
    if (props === undefined) return;
    const { items, loading, editor, clientRect } = props;
    const text = editor.view.dom;
    render(
      html`<ul class="options" part="options" popover="manual" role="listbox" id=${listId} aria-label=${words().people}>
        ${items.map(
          (person, index) =>
            html`<li
              class="option"
              part="option"
              role="option"
              id="${listId}-${index}"
              aria-selected=${index === active ? 'true' : 'false'}
              ?data-active=${index === active}
              @pointerdown=${(event: Event) => event.preventDefault()}
              @click=${() => choose(person)}
            >
              <span class="face" aria-hidden="true" style="background: ${colorOf(person.id)}; color: ${inkOn(colorOf(person.id))}"
                >${initialsOf(person.name)}</span
              >
              <span class="text">${person.name}</span><span class="detail">${person.id}</span>
            </li>`,
        )}
        ${
          items.length > 0
            ? ''
            : html`<li class="message" role="option" aria-disabled="true" aria-selected="false">
                ${loading ? words().searching : words().noPeople}
              </li>`
        }
      </ul>`,
      container,
    );
    const popup = container.querySelector<HTMLElement>('.options');
    const anchor = clientRect?.() ?? null;
    if (popup === null || anchor === null) return;
    if (!popup.matches(':popover-open')) popup.showPopover();
    placeBelow(popup, new DOMRect(anchor.x, anchor.y, 0, anchor.height), widthPx, isRightToLeft(text));
    text.setAttribute('aria-controls', listId);
    text.setAttribute('aria-haspopup', 'listbox');
    if (items.length > 0) text.setAttribute('aria-activedescendant', `${listId}-${active}`);
    else text.removeAttribute('aria-activedescendant');
    popup.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }

  function take(next: Props): void {
    active = Math.min(props?.query === next.query ? active : 0, Math.max(next.items.length - 1, 0));
    props = next;
    show();
  }

  return {
    onStart(next) {
      active = 0;
      root.append(container);
      take(next);
    },
    onUpdate: take,
    onKeyDown({ event }) {
      const count = props?.items.length ?? 0;
      if (count === 0) return false;
      switch (event.key) {
        case 'ArrowDown':
        case 'ArrowUp':
          active = (active + (event.key === 'ArrowDown' ? 1 : -1) + count) % count;
          show();
          return true;
        case 'Enter':
        case 'Tab':
          choose(props?.items[active]);
          return true;
        default:
          return false;
      }
    },
    onExit() {
      const text = props?.editor.view.dom;
      for (const name of ['aria-controls', 'aria-haspopup', 'aria-activedescendant']) text?.removeAttribute(name);
      props = undefined;
      container.remove();
      render('', container);
    },
  };
}
