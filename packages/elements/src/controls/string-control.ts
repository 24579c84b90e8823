import type { StringSchema } from '@concord/schema';
import { html } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { createDraft } from './draft.ts';
import { keptText } from './kept-text.ts';
import { namesOf, type Control, type Target } from './target.ts';

/** A line of text. One that is not needed and empty is null. `wraps`: it is shown on as many lines as it takes. */
export function createStringControl(target: Target<StringSchema>, wraps: boolean): Control {
  const draft = createDraft(target, {
    format: (value) => (typeof value === 'string' ? value : ''),
    parse(text) {
      const line = text.replaceAll(/\r?\n/g, ' ');
      return { value: line === '' && !target.schema.required ? null : line };
    },
  });
  const onInput = (event: Event) => draft.type((event.target as HTMLInputElement).value);
  const onKeydown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.isComposing) event.preventDefault();
  };
  return {
    revert: draft.revert,
    render() {
      const { label, describedBy, invalid, required } = namesOf(target);
      const text = draft.text();
      return wraps
        ? html`<textarea
            part="input"
            class="input"
            rows="1"
            style="min-height: 0; resize: none"
            id=${target.id}
            ?readonly=${target.readOnly}
            aria-label=${ifDefined(label)}
            aria-describedby=${ifDefined(describedBy)}
            aria-invalid=${ifDefined(invalid)}
            aria-required=${ifDefined(required)}
            @input=${onInput}
            @keydown=${onKeydown}
            @blur=${draft.leave}
            ${keptText(text)}
          ></textarea>`
        : html`<input
            part="input"
            class="input"
            type="text"
            autocomplete="off"
            id=${target.id}
            ?readonly=${target.readOnly}
            aria-label=${ifDefined(label)}
            aria-describedby=${ifDefined(describedBy)}
            aria-invalid=${ifDefined(invalid)}
            aria-required=${ifDefined(required)}
            @input=${onInput}
            @blur=${draft.leave}
            ${keptText(text)}
          />`;
    },
  };
}
