import type { JsonFieldSchema } from '@concord/schema';
import { html } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { createDraft } from './draft.ts';
import { keptText } from './kept-text.ts';
import { namesOf, type Control, type Target } from './target.ts';

/** JSON as text: written whenever it is whole, laid out anew when it is left. */
export function createJsonControl(target: Target<JsonFieldSchema>): Control {
  const draft = createDraft(target, {
    format: (value) => (value === null || value === undefined ? '' : JSON.stringify(value, null, 2)),
    parse(text) {
      if (text.trim() === '') return { value: null };
      try {
        return { value: JSON.parse(text) as unknown };
      } catch (error) {
        return { problem: target.strings.mustBeJson((error as Error).message) };
      }
    },
  });
  return {
    revert: draft.revert,
    render() {
      const { label, describedBy, invalid, required } = namesOf(target);
      return html`<textarea
        part="input"
        class="input mono"
        dir="ltr"
        rows="2"
        spellcheck="false"
        id=${target.id}
        ?readonly=${target.readOnly}
        aria-label=${ifDefined(label)}
        aria-describedby=${ifDefined(describedBy)}
        aria-invalid=${ifDefined(invalid)}
        aria-required=${ifDefined(required)}
        @input=${(event: Event) => draft.type((event.target as HTMLTextAreaElement).value)}
        @blur=${draft.leave}
        ${keptText(draft.text())}
      ></textarea>`;
    },
  };
}
