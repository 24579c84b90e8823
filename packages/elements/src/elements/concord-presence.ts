import type { CollectionPresence, Visitor } from '@concord/client';
import { html, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { initialsOf } from '../format/person-color.ts';
import type { AnyClient } from '../record/any-record.ts';
import { RecordElement } from '../record/record-element.ts';
import { peopleOf } from '../record/visitors.ts';
import { presenceStyles } from '../styles/presence.ts';
import { tokens } from '../styles/tokens.ts';

/** Who else is here: on the record around, or the one it names; with a `collection` alone, on any of its records. */
export class ConcordPresence extends RecordElement {
  static override styles: CSSResultGroup = [tokens, presenceStyles];
  static override properties: PropertyDeclarations = { max: { type: Number } };

  /** So many are shown; the others are counted. */
  declare max: number;

  #watched: { readonly client: AnyClient; readonly collection: string; readonly presence: CollectionPresence } | undefined;

  constructor() {
    super();
    this.max = 5;
  }

  override disconnectedCallback(): void {
    this.#leave();
    super.disconnectedCallback();
  }

  #leave(): void {
    this.#watched?.presence.close();
    this.#watched = undefined;
  }

  #visitors(): readonly Visitor[] {
    const { collection } = this;
    if (collection === undefined || this.record !== undefined) {
      this.#leave();
      const record = this.source.get();
      return record === undefined ? [] : this.watcher.read(record.presence.others);
    }
    const client = this.source.client();
    if (this.#watched?.client !== client || this.#watched?.collection !== collection) this.#leave();
    if (client === undefined) return [];
    this.#watched ??= { client, collection, presence: client.presence(collection as never) };
    return this.watcher.read(this.#watched.presence.others);
  }

  protected override render(): TemplateResult {
    const words = this.words();
    const people = peopleOf(this.#visitors());
    const shown = people.length > this.max ? people.slice(0, Math.max(this.max - 1, 0)) : people;
    const rest = people.slice(shown.length);
    if (people.length === 0) return html`<span class="unseen">${words.nobodyElse}</span>`;
    return html`<ul class="people" part="people" aria-label=${words.whoIsHere}>
      ${shown.map(
        ({ name, color, ink }) =>
          html`<li class="person" part="avatar" title=${name} style="--color: ${color}; --on-color: ${ink}">
            <span aria-hidden="true">${initialsOf(name)}</span><span class="unseen">${words.isHere(name)}</span>
          </li>`,
      )}
      ${
        rest.length === 0
          ? nothing
          : html`<li class="person" part="avatar" title=${rest.map(({ name }) => name).join(', ')}>
              <span aria-hidden="true">+${rest.length}</span>
              <span class="unseen">${words.moreVisitors(rest.length, this.locale)}</span>
            </li>`
      }
    </ul>`;
  }
}
