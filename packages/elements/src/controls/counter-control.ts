import type { LiveCounter } from '@concord/client';
import type { CounterSchema } from '@concord/schema';
import { html, nothing } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { icon } from '../icons.ts';
import { namesOf, type Control, type Target } from './target.ts';

const stepsOfKeys: { readonly [key: string]: number } = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

/** A number that is added to, not set: what two people add at once counts twice. */
export function createCounterControl(target: Target<CounterSchema>, counter: LiveCounter): Control {
  function add(by: number): void {
    if (target.readOnly) return;
    counter.add(by);
    target.update();
  }

  const button = (by: number) => {
    const name = by > 0 ? target.strings.increase(target.label) : target.strings.decrease(target.label);
    return html`<button
      type="button"
      class="icon-button"
      part="button"
      tabindex="-1"
      aria-label=${name}
      title=${name}
      @click=${() => add(by)}
    >
      ${icon(by > 0 ? 'plus' : 'minus')}
    </button>`;
  };

  return {
    revert: () => false,
    render() {
      const { describedBy } = namesOf(target);
      const total = counter.get();
      return html`<div class="input counter" data-quiet ?data-read-only=${target.readOnly}>
        ${target.readOnly ? nothing : button(-1)}
        <span
          part="input"
          class="total"
          role="spinbutton"
          tabindex="0"
          id=${target.id}
          aria-label=${target.label}
          aria-describedby=${ifDefined(describedBy)}
          aria-readonly=${ifDefined(target.readOnly ? 'true' : undefined)}
          aria-valuenow=${total}
          @keydown=${(event: KeyboardEvent) => {
            const step = stepsOfKeys[event.key];
            if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
            event.preventDefault();
            add(step);
          }}
          >${new Intl.NumberFormat(target.locale).format(total)}</span
        >
        ${target.readOnly ? nothing : button(1)}
      </div>`;
    },
  };
}
