import type { EnumSchema } from '@concord/schema';
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { icon } from '../icons.ts';
import { named } from './named.ts';
import { tryWrite, type Control, type Target } from './target.ts';

/** One of some values, in the browser's own select. */
export function createEnumControl(target: Target<EnumSchema>): Control {
  return {
    revert: () => false,
    render() {
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
          ${named(target)}
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
