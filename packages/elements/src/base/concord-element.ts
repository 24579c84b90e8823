import { LitElement, type PropertyDeclarations } from 'lit';
import { strings, type Strings } from '../strings/strings.ts';
import { localeOf } from './locale.ts';
import { createWatcher, type Watcher } from './watcher.ts';

/** What all elements have in common. */
export abstract class ConcordElement extends LitElement {
  static override properties: PropertyDeclarations = { strings: { attribute: false } };

  /** Strings of this element and what is inside of it, in front of the page's. */
  declare strings: Partial<Strings> | undefined;

  protected readonly watcher: Watcher = createWatcher(this);
  #locale = 'en';
  #merged: { readonly page: Strings; readonly outer: unknown; readonly own: unknown; readonly all: Strings } | undefined;

  override connectedCallback(): void {
    this.#locale = localeOf(this);
    super.connectedCallback();
  }

  /** The language of the page where the element stands. */
  get locale(): string {
    return this.#locale;
  }

  /** The strings of the page, then of what is around, then of this element. Call it in `render`. */
  protected words(): Strings {
    const page = this.watcher.read(strings);
    const outer = this.outerStrings();
    const last = this.#merged;
    if (last?.page === page && last.outer === outer && last.own === this.strings) return last.all;
    const all = outer === undefined && this.strings === undefined ? page : { ...page, ...outer, ...this.strings };
    this.#merged = { page, outer, own: this.strings, all };
    return all;
  }

  /** Strings of an element around this one. */
  protected outerStrings(): Partial<Strings> | undefined {
    return undefined;
  }
}
