import { html, nothing, type TemplateResult } from 'lit';
import type { ChatScope } from '../chat-scope.ts';

export interface Dialog {
  /** Asks before something that cannot be taken back. */
  confirm(title: string, more: string, action: string, act: () => void): void;
  /** Shows a picture as large as there is room. */
  showImage(address: string, name: string): void;
  render(): TemplateResult | typeof nothing;
  updated(): void;
}

type Opened =
  | { readonly kind: 'confirm'; readonly title: string; readonly more: string; readonly action: string; act(): void }
  | { readonly kind: 'image'; readonly address: string; readonly name: string };

/** What takes the whole page for a moment. The browser keeps the focus inside, and gives it back. */
export function createDialog(scope: ChatScope): Dialog {
  let opened: Opened | undefined;

  const element = (): HTMLDialogElement | null => scope.root.querySelector('dialog');
  const close = (): void => element()?.close();

  function show(next: Opened): void {
    opened = next;
    scope.update();
  }

  function renderConfirm({ title, more, action, act }: Opened & { kind: 'confirm' }): TemplateResult {
    return html`<h2 id="dialog-title">${title}</h2>
      <p>${more}</p>
      <p class="buttons">
        <button type="button" class="button" part="button" autofocus @click=${close}>${scope.words().chatCancel}</button>
        <button
          type="button"
          class="button danger"
          part="button"
          @click=${() => {
            close();
            act();
          }}
        >
          ${action}
        </button>
      </p>`;
  }

  return {
    confirm: (title, more, action, act) => show({ kind: 'confirm', title, more, action, act }),
    showImage: (address, name) => show({ kind: 'image', address, name }),
    render() {
      if (opened === undefined) return nothing;
      const words = scope.words();
      return html`<dialog
        class=${opened.kind}
        part="dialog"
        aria-labelledby="dialog-title"
        @close=${() => {
          opened = undefined;
          scope.update();
        }}
        @keydown=${(event: Event) => event.stopPropagation()}
        @click=${({ target, currentTarget }: Event) => target === currentTarget && close()}
      >
        ${
          opened.kind === 'confirm'
            ? renderConfirm(opened)
            : html`<h2 id="dialog-title" class="unseen">${opened.name}</h2>
                <img src=${opened.address} alt=${opened.name} />
                <p class="buttons">
                  <a class="button" part="button" href=${opened.address} download=${opened.name}>
                    ${words.chatDownload(opened.name)}
                  </a>
                  <button type="button" class="button" part="button" autofocus @click=${close}>${words.chatClose}</button>
                </p>`
        }
      </dialog>`;
    },
    updated() {
      const dialog = element();
      if (dialog?.isConnected === true && !dialog.open) dialog.showModal();
    },
  };
}
