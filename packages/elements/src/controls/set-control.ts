import type { LiveSet } from '@concord/client';
import type { SetSchema } from '@concord/schema';
import { html, nothing } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { isRightToLeft } from '../base/locale.ts';
import { icon } from '../icons.ts';
import { problemText } from '../strings/problem-text.ts';
import { namesOf, type Control, type Target } from './target.ts';

/**
 * Members as chips, with an input for another one: Enter or a comma adds it, Backspace in the empty input goes to the last
 * chip, the arrow keys go between chips, Delete and Backspace remove one.
 */
export function createSetControl(target: Target<SetSchema>, set: LiveSet, root: ShadowRoot): Control {
  let typed = '';

  function add(text: string): boolean {
    const { strings } = target;
    const members = set.get();
    for (const part of text.split(',')) {
      const member = part.trim();
      if (member === '') continue;
      if (members.includes(member)) {
        target.complain(strings.alreadyThere(member));
        return false;
      }
      const rule = target.rule([...members, member]);
      if (rule !== null) {
        target.complain(problemText(target.schema, [...members, member], rule, strings, target.locale));
        return false;
      }
      set.add(member);
    }
    target.complain(null);
    return true;
  }

  function enter(): void {
    if (add(typed)) typed = '';
    target.update();
  }

  const chips = () => Array.from(root.querySelectorAll<HTMLElement>(`#${target.id}-chips [data-member]`));
  const input = () => root.getElementById(target.id);

  function remove(member: string): void {
    const at = chips().findIndex((chip) => chip.dataset['member'] === member);
    set.delete(member);
    target.update();
    const next = chips()[at] ?? chips()[at - 1];
    ((next === undefined ? null : next.querySelector('button')) ?? input())?.focus();
  }

  function onInputKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const { selectionStart, selectionEnd } = event.target as HTMLInputElement;
    const isAtStart = selectionStart === 0 && selectionEnd === 0;
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault();
      enter();
    } else if (isAtStart && (event.key === 'Backspace' || event.key === backKey())) {
      const last = chips().at(-1)?.querySelector('button');
      if (last === null || last === undefined) return;
      event.preventDefault();
      last.focus();
    }
  }

  function onChipKey(event: KeyboardEvent, member: string): void {
    const all = chips();
    const at = all.findIndex((chip) => chip.dataset['member'] === member);
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      remove(member);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      const next = all[at + (event.key === backKey() ? -1 : 1)]?.querySelector('button');
      if (next !== null && next !== undefined) next.focus();
      else if (event.key !== backKey()) input()?.focus();
    }
  }

  const backKey = () => (isRightToLeft(root.host) ? 'ArrowRight' : 'ArrowLeft');

  return {
    revert() {
      const was = typed !== '';
      typed = '';
      target.complain(null);
      return was;
    },
    render() {
      const { describedBy, invalid } = namesOf(target);
      const { strings, readOnly, label } = target;
      const members = set.get();
      return html`<div
        class="input chips"
        role="group"
        id="${target.id}-chips"
        aria-label=${label}
        ?data-read-only=${readOnly}
        @click=${(event: Event) => {
          if (event.target === event.currentTarget) input()?.focus();
        }}
      >
        ${repeat(
          members,
          (member) => member,
          (member) =>
            html`<span class="chip ${readOnly ? 'plain' : ''}" part="chip" data-member=${member}>
              <span>${member}</span>
              ${
                readOnly
                  ? nothing
                  : html`<button
                      type="button"
                      class="icon-button"
                      tabindex="-1"
                      aria-label=${strings.removeMember(member)}
                      title=${strings.removeMember(member)}
                      @click=${() => remove(member)}
                      @keydown=${(event: KeyboardEvent) => onChipKey(event, member)}
                    >
                      ${icon('close')}
                    </button>`
              }
            </span>`,
        )}
        ${readOnly && members.length === 0 ? html`<span class="empty">${strings.noMembers}</span>` : nothing}
        ${
          readOnly
            ? nothing
            : html`<input
                part="input"
                type="text"
                autocomplete="off"
                enterkeyhint="done"
                id=${target.id}
                aria-label=${strings.addTo(label)}
                aria-describedby=${ifDefined(describedBy)}
                aria-invalid=${ifDefined(invalid)}
                placeholder=${strings.addMember}
                .value=${live(typed)}
                @input=${(event: Event) => {
                  typed = (event.target as HTMLInputElement).value;
                  if (typed === '') target.complain(null);
                }}
                @keydown=${onInputKey}
                @blur=${enter}
              />`
        }
      </div>`;
    },
  };
}
