import type { StringSchema } from '@concord/schema';
import { html } from 'lit';
import { createDraft } from './draft.ts';
import { keptText } from './kept-text.ts';
import { named } from './named.ts';
import type { Control, Target } from './target.ts';

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
      const text = draft.text();
      return wraps
        ? html`<textarea
            part="input"
            class="input"
            rows="1"
            style="min-height: 0; resize: none"
            id=${target.id}
            ?readonly=${target.readOnly}
            ${named(target)}
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
            ${named(target)}
            @input=${onInput}
            @blur=${draft.leave}
            ${keptText(text)}
          />`;
    },
  };
}
