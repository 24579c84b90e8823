import type { SaveState } from '@concord/client';
import { html, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import type { AnyClient, AnyRecord } from '../record/any-record.ts';
import { changesFile, download, fileNameFor } from '../record/export-changes.ts';
import { RecordElement } from '../record/record-element.ts';
import type { Strings } from '../strings/strings.ts';
import { buttons } from '../styles/buttons.ts';
import { statusStyles } from '../styles/status.ts';
import { tokens } from '../styles/tokens.ts';

export type StatusState = SaveState['kind'] | 'connecting' | 'denied';

/**
 * Whether what was edited here is on the server's disk, and what can be done where it is refused. For the record around, or
 * the one it names; without one, whether there is a connection.
 *
 * @fires concord-export before the changes are downloaded, with `{ changes }`; `preventDefault` leaves them to the page
 */
export class ConcordStatus extends RecordElement {
  static override styles: CSSResultGroup = [tokens, buttons, statusStyles];
  static override properties: PropertyDeclarations = {
    state: { type: String, reflect: true },
    asks: { state: true },
  };

  /** What it says. Set by the element. */
  declare state: StatusState | undefined;
  /** Whether it is being asked if the changes are to be discarded. */
  declare protected asks: boolean;

  /** Read out: only what somebody has to know of who cannot see it. */
  #spoken = '';
  #wasBad = false;

  constructor() {
    super();
    this.asks = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const words = this.words();
    const record = this.source.get();
    const client = this.source.client();
    if (record !== undefined) return this.#renderSave(record, client, words);
    return client === undefined ? nothing : this.#renderConnection(client, words);
  }

  #renderSave(record: AnyRecord, client: AnyClient | undefined, words: Strings): TemplateResult {
    const { save, phase } = this.watcher.read(record.status);
    const connection = client === undefined ? undefined : this.watcher.read(client.status).phase;
    const isOffline = connection === 'offline' || phase === 'offline';
    if (save.kind === 'refused') return this.#renderRefused(record, save, words);
    this.asks = false;
    if (save.kind === 'offline') return this.#renderLine('offline', words.keptHere(save.changes, this.locale), words);
    if (save.kind === 'saved' && isOffline) return this.#renderLine('offline', words.offline, words);
    return this.#renderLine(save.kind, words[save.kind], words);
  }

  #renderConnection(client: AnyClient, words: Strings): TemplateResult {
    const { phase } = this.watcher.read(client.status);
    const waiting = this.watcher.read(client.commands.pending).length;
    const more = waiting === 0 ? '' : ` · ${words.waitingWrites(waiting, this.locale)}`;
    if (phase === 'live' || phase === 'syncing') return this.#renderLine('saved', words.connected + more, words);
    if (phase === 'offline') return this.#renderLine('offline', words.offline + more, words);
    if (phase === 'denied' || phase === 'gone') return this.#renderLine('denied', words.signedOut, words);
    return this.#renderLine('connecting', words.connecting, words);
  }

  #renderLine(state: StatusState, text: string, words: Strings): TemplateResult {
    this.#say(state, text);
    const line =
      state === 'saved' || state === 'saving'
        ? html`<span class="slow"
            ><span class="when-saved" aria-hidden=${state !== 'saved'}
              >${icon('check')}${state === 'saved' ? text : words.saved}</span
            >
            <span class="when-saving" aria-hidden=${state !== 'saving'}><span class="dot"></span>${words.saving}</span></span
          >`
        : html`${state === 'offline' ? icon('cloudOff') : state === 'denied' ? icon('alert') : html`<span class="dot"></span>`}
            <span>${text}</span>`;
    return html`<span class="status" part="status" data-state=${state}>${line}</span>
      <span class="unseen" role="status">${this.#spoken}</span>`;
  }

  #renderRefused(record: AnyRecord, { message, changes }: SaveState & { kind: 'refused' }, words: Strings): TemplateResult {
    this.#say('refused', `${words.refused}. ${words.refusedWhy(message, changes, this.locale)}`);
    return html`<div class="refusal" part="refusal">
        ${icon('alert')}
        <p class="words">
          <strong>${words.refused}.</strong> ${
            this.asks ? words.discardSure(changes, this.locale) : words.refusedWhy(message, changes, this.locale)
          }
        </p>
        <div class="actions">
          ${
            this.asks
              ? html`<button type="button" class="button" part="button" @click=${() => this.#ask(false)}>${words.keep}</button>
                  <button type="button" class="button danger" part="button" @click=${() => this.#discard(record)}>
                    ${words.discard}
                  </button>`
              : html`<button type="button" class="button" part="button" @click=${() => record.retry()}>
                    ${icon('retry')} ${words.retry}
                  </button>
                  <button type="button" class="button" part="button" @click=${() => this.#export(record)}>
                    ${icon('download')} ${words.exportChanges}
                  </button>
                  <button type="button" class="button danger" part="button" @click=${() => this.#ask(true)}>
                    ${words.discard}
                  </button>`
          }
        </div>
      </div>
      <span class="unseen" role="status">${this.#spoken}</span>`;
  }

  /** Says when something goes wrong, and when it is well again; that each key is saved is nobody's news. */
  #say(state: StatusState, text: string): void {
    this.state = state;
    const isBad = state === 'offline' || state === 'refused' || state === 'denied';
    if (isBad || (this.#wasBad && state === 'saved')) this.#spoken = text;
    if (state !== 'saving') this.#wasBad = isBad;
  }

  #ask(asks: boolean): void {
    this.asks = asks;
    void this.updateComplete.then(() => this.renderRoot.querySelector('button')?.focus());
  }

  async #discard(record: AnyRecord): Promise<void> {
    this.asks = false;
    await record.discard();
  }

  async #export(record: AnyRecord): Promise<void> {
    const changes = await record.export();
    const event = new CustomEvent('concord-export', { detail: { changes }, bubbles: true, composed: true, cancelable: true });
    if (this.dispatchEvent(event)) download(changesFile(changes), fileNameFor(record));
  }
}
