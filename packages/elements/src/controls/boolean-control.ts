import type { BooleanSchema } from '@concord/schema';
import { html } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import { namesOf, tryWrite, type Control, type Target } from './target.ts';

/** A switch; the Delete key clears one that may be empty. */
export function createBooleanControl(target: Target<BooleanSchema>): Control {
  return {
    revert: () => false,
    render() {
      const { label, describedBy, invalid } = namesOf(target);
      const { strings } = target;
      const value = target.value();
      const state = value === true ? strings.on : value === false ? strings.off : strings.notSet;
      return html`<label class="toggle">
        <input
          part="input"
          type="checkbox"
          role="switch"
          id=${target.id}
          aria-label=${label ?? target.label}
          aria-describedby=${ifDefined(describedBy)}
          aria-invalid=${ifDefined(invalid)}
          ?disabled=${target.readOnly}
          .checked=${live(value === true)}
          @change=${(event: Event) => {
            tryWrite(target, (event.target as HTMLInputElement).checked);
            target.update();
          }}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === 'Delete' && !target.schema.required && !target.readOnly) tryWrite(target, null);
          }}
        />
        <span class="state" aria-hidden="true" ?data-unset=${value === null}>${state}</span>
      </label>`;
    },
  };
}
