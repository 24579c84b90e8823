import type { NumberSchema } from '@concord/schema';
import { html } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { formatNumber, parseNumber } from '../format/number.ts';
import { createDraft } from './draft.ts';
import { keptText } from './kept-text.ts';
import { namesOf, type Control, type Target } from './target.ts';

/** A number as the language writes it; the arrow keys go one up and down, with Shift ten. */
export function createNumberControl(target: Target<NumberSchema>): Control {
  const draft = createDraft(target, {
    format: (value) => (typeof value === 'number' ? formatNumber(value, target.locale) : ''),
    parse(text) {
      if (text.trim() === '') return { value: null };
      const value = parseNumber(text, target.locale);
      return Number.isNaN(value) ? { problem: target.strings.mustBeNumber } : { value };
    },
  });

  function step(event: KeyboardEvent): void {
    const sign = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (sign === 0 || event.altKey || event.ctrlKey || event.metaKey || target.readOnly) return;
    event.preventDefault();
    const { min, max } = target.schema;
    const value = target.value();
    const next = (typeof value === 'number' ? value : 0) + sign * (event.shiftKey ? 10 : 1);
    // 0.1 + 0.2 is not to show as 0.30000000000000004.
    const rounded = Number(next.toPrecision(15));
    draft.type(formatNumber(Math.min(max ?? rounded, Math.max(min ?? rounded, rounded)), target.locale));
  }

  return {
    revert: draft.revert,
    render() {
      const { label, describedBy, invalid, required } = namesOf(target);
      return html`<input
        part="input"
        class="input numeric"
        type="text"
        inputmode=${target.schema.integer ? 'numeric' : 'decimal'}
        autocomplete="off"
        id=${target.id}
        ?readonly=${target.readOnly}
        aria-label=${ifDefined(label)}
        aria-describedby=${ifDefined(describedBy)}
        aria-invalid=${ifDefined(invalid)}
        aria-required=${ifDefined(required)}
        @input=${(event: Event) => draft.type((event.target as HTMLInputElement).value)}
        @keydown=${step}
        @blur=${draft.leave}
        ${keptText(draft.text())}
      />`;
    },
  };
}
