import type { DateSchema } from '@concord/schema';
import { html, nothing } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { dateOfParts, datePartsOf, formatDate } from '../format/date.ts';
import { icon } from '../icons.ts';
import { namesOf, tryWrite, type Control, type Target } from './target.ts';

/** A day, and a time of day if one is wanted. The browser's own inputs know the language, the calendar and the keyboard. */
export function createDateControl(target: Target<DateSchema>): Control {
  /** What was typed and is no date yet. The browser has nothing to say of it: the inputs are empty meanwhile. */
  let typed: { day?: string; time?: string } | undefined;
  /** A time of day is wanted: the input for it is there. */
  let wantsTime = false;
  /** What was last typed into, and for which part. */
  let last: { readonly input: HTMLInputElement; readonly part: 'day' | 'time' } | undefined;

  function change(part: 'day' | 'time', event: Event): void {
    const input = event.target as HTMLInputElement;
    last = { input, part };
    const parts = { ...datePartsOf(target.value()), ...typed, [part]: input.value };
    // A date that is being typed is empty until it is whole: that clears nothing before the input is left.
    if (input.value === '' && (event.type === 'input' || input.validity.badInput)) return;
    // So is a year: on the way to 2026 it is 2, 20 and 202.
    if (part === 'day' && input.value.startsWith('0') && event.type !== 'blur') return;
    if (parts.day === '' && parts.time !== '') {
      typed = { time: parts.time };
      return;
    }
    const value = dateOfParts(parts);
    if (value === null && target.schema.required && input.value === '') {
      target.complain(target.strings.mustBeGiven);
      return;
    }
    typed = undefined;
    tryWrite(target, value);
    target.update();
  }

  const input = (part: 'day' | 'time', value: string) => {
    const { describedBy, invalid, required } = namesOf(target);
    const { strings, label } = target;
    return html`<input
      part="input"
      class="input ${part}"
      type=${part === 'day' ? 'date' : 'time'}
      id=${part === 'day' ? target.id : `${target.id}-time`}
      aria-label=${part === 'day' ? strings.dateOf(label) : strings.timeOf(label)}
      aria-describedby=${ifDefined(describedBy)}
      aria-invalid=${ifDefined(part === 'day' ? invalid : undefined)}
      aria-required=${ifDefined(part === 'day' ? required : undefined)}
      .value=${value}
      @input=${(event: Event) => change(part, event)}
      @change=${(event: Event) => change(part, event)}
      @blur=${(event: Event) => {
        change(part, event);
        if (part === 'time') wantsTime = false;
        target.update();
      }}
    />`;
  };

  return {
    revert() {
      const shown = last === undefined ? '' : datePartsOf(target.value())[last.part];
      const isOther = last !== undefined && (last.input.value !== shown || last.input.validity.badInput);
      if (last !== undefined) last.input.value = shown;
      typed = undefined;
      last = undefined;
      target.complain(null);
      return isOther;
    },
    render() {
      const { day, time } = { ...datePartsOf(target.value()), ...typed };
      if (target.readOnly) {
        const { label, describedBy } = namesOf(target);
        return html`<input
          part="input"
          class="input numeric"
          type="text"
          readonly
          id=${target.id}
          aria-label=${ifDefined(label)}
          aria-describedby=${ifDefined(describedBy)}
          .value=${formatDate(target.value(), target.locale)}
        />`;
      }
      const addTime = target.strings.addTime(target.label);
      return html`<div class="date" ?data-timed=${time !== '' || wantsTime}>
        ${input('day', day)}
        ${
          day === ''
            ? nothing
            : time !== '' || wantsTime
              ? input('time', time)
              : html`<button
                  type="button"
                  class="icon-button clock"
                  aria-label=${addTime}
                  title=${addTime}
                  @click=${(event: Event) => {
                    const { parentElement } = event.currentTarget as HTMLElement;
                    wantsTime = true;
                    target.update();
                    // Once it is there.
                    setTimeout(() => parentElement?.querySelector<HTMLElement>('.time')?.focus());
                  }}
                >
                  ${icon('clock')}
                </button>`
        }
      </div>`;
    },
  };
}
