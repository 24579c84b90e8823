import { css, html, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { ConcordElement } from '../base/concord-element.ts';
import { clientContext, type Token } from '../context/client-context.ts';
import { clientProperties, createClientSource, type ClientProperties, type ClientSource } from '../context/client-source.ts';
import { provide, type Provided } from '../context/context.ts';
import type { AnyClient } from '../record/any-record.ts';

/** Gives its client to all elements inside of it. */
export class ConcordClient extends ConcordElement implements ClientProperties {
  static override styles: CSSResultGroup = css`
    :host {
      display: contents;
    }
  `;
  static override properties: PropertyDeclarations = clientProperties;

  declare url: string | undefined;
  declare token: Token | undefined;
  declare client: AnyClient | undefined;

  readonly #provided: Provided<AnyClient> = provide(this, clientContext);
  readonly #source: ClientSource = createClientSource(this, this.watcher);

  protected override willUpdate(): void {
    this.#provided.set(this.#source.get());
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}
