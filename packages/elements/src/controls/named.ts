import { noChange, type ElementPart } from 'lit';
import { directive, Directive, type DirectiveResult } from 'lit/directive.js';
import type { Target } from './target.ts';

/** What is said of an input to who cannot see it: its name, its description, whether it is wrong, whether it is needed. */
type Names = Readonly<Record<'aria-label' | 'aria-describedby' | 'aria-invalid' | 'aria-required', string | undefined>>;

class Named extends Directive {
  #last: Partial<Names> = {};

  override render(_target: Target, _instead?: Partial<Names>): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [target, instead]: [Target, Partial<Names>?]): unknown {
    const names: Names = { ...namesOf(target), ...instead };
    for (const name of Object.keys(names) as (keyof Names)[]) {
      const value = names[name];
      if (value === this.#last[name]) continue;
      if (value === undefined) element.removeAttribute(name);
      else element.setAttribute(name, value);
    }
    this.#last = names;
    return noChange;
  }
}

/** Gives the element of a control that takes the focus the attributes of its {@link Names}; `instead` replaces some. */
export const named: (target: Target, instead?: Partial<Names>) => DirectiveResult = directive(Named);

function namesOf({ schema, label, labelledBy, describedBy, problem }: Target): Names {
  return {
    'aria-label': labelledBy === undefined ? label : undefined,
    'aria-describedby': describedBy,
    'aria-invalid': problem === null ? undefined : 'true',
    'aria-required': 'required' in schema && schema.required ? 'true' : undefined,
  };
}
