import type { EnumSchema } from '@concord/schema';
import { html, nothing } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import { icon } from '../icons.ts';
import { namesOf, tryWrite, type Control, type Target } from './target.ts';

/** One of some values, in the browser's own select. */
export function createEnumControl(target: Target<EnumSchema>): Control {
  return {
    revert: () => false,
    render() {
      const { label, describedBy, invalid, required } = namesOf(target);
      const { schema, strings } = target;
      const value = target.value();
      const known = typeof value === 'string' ? value : '';
      const mayBeNone = !schema.required || known === '';
      return html`<span class="select">
        <select
          part="input"
          class="input"
          id=${target.id}
          ?disabled=${target.readOnly}
          aria-label=${ifDefined(label)}
          aria-describedby=${ifDefined(describedBy)}
          aria-invalid=${ifDefined(invalid)}
          aria-required=${ifDefined(required)}
          .value=${live(known)}
          @change=${(event: Event) => {
            const chosen = (event.target as HTMLSelectElement).value;
            tryWrite(target, chosen === '' ? null : chosen);
            target.update();
          }}
        >
          ${
            mayBeNone && schema.default === null
              ? html`<option value="" ?selected=${known === ''}>${strings.none}</option>`
              : nothing
          }
          ${schema.values.map(
            (option) => html`<option value=${option} ?selected=${option === known}>${target.optionLabel(option)}</option>`,
          )}
        </select>
        ${icon('chevron')}
      </span>`;
    },
  };
}
