import type { Draft, ShownEntry } from '@concord/client';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../icons.ts';
import { chatIcon } from '../chat-icons.ts';
import type { ChatScope } from '../chat-scope.ts';
import { createCompletion } from './completion.ts';
import { alsoNamed, decodeMentions, encodeMentions, type Named } from './mention-text.ts';
import { secondsToWait } from './slow-mode.ts';
import { unsentText, type Unsent } from './unsent.ts';
import { createUploads } from './uploads.ts';

export interface Composer {
  /** @param reason why nothing can be written here; undefined where something can */
  render(label: string, reason: string | undefined): TemplateResult;
  updated(): void;
  focus(): void;
  /** Takes a message that is there into the input, to be changed. */
  edit(entry: ShownEntry): void;
  addFiles(files: Iterable<File>): void;
  close(): void;
}

export interface ComposerOptions {
  readonly scope: ChatScope;
  /** A class of its own, by which its elements are found. */
  readonly name: string;
  /** The number of the entry that began the thread in which this is written. */
  readonly thread?: number;
  /** Throws where it breaks what the log allows. */
  send(draft: Draft): void;
  /** The last message of the user, to be changed by the Up key. */
  lastOwn(): ShownEntry | undefined;
  pickEmoji(anchor: HTMLElement, choose: (emoji: string) => void): void;
}

/** From here on it is said how many characters are left. */
const nearlyFull = 200;

const nothingYet: Unsent = { text: '', named: [] };

/** Where a message is written. */
export function createComposer({ scope, name, thread, send, lastOwn, pickEmoji }: ComposerOptions): Composer {
  let named: Named[] = [];
  let editing: ShownEntry | undefined;
  /** What was written before something else was edited. */
  let put: Unsent = nothingYet;
  let isRestored = false;
  const unsent = unsentText(scope, thread);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const uploads = createUploads(scope);
  const completion = createCompletion(scope, `${name}-completion`, (from, choice) => {
    const chosen = alsoNamed(named, choice);
    named.push(chosen);
    const textarea = input();
    if (textarea === null) return;
    const { value, selectionStart } = textarea;
    setText(`${value.slice(0, from)}${chosen.label} ${value.slice(selectionStart)}`, from + chosen.label.length + 1);
  });

  const input = (): HTMLTextAreaElement | null => scope.root.querySelector(`.${name} textarea`);
  const written = (): Unsent => ({ text: input()?.value ?? '', named: [...named] });
  const text = (): string => encodeMentions(input()?.value ?? '', named);

  function setText(value: string, caret: number = value.length): void {
    const textarea = input();
    if (textarea === null) return;
    textarea.value = value;
    textarea.setSelectionRange(caret, caret);
    textarea.focus();
    fit();
    keep();
    scope.update();
  }

  /** What was begun is there again when the log is, or when one may write again. */
  function keep(): void {
    unsent.keep(editing === undefined ? written() : put);
  }

  /** As high as what is in it. */
  function fit(): void {
    const textarea = input();
    if (textarea === null) return;
    textarea.style.height = 'auto';
    textarea.style.height = `${textarea.scrollHeight}px`;
  }

  function restore(textarea: HTMLTextAreaElement): void {
    isRestored = true;
    const kept = unsent.read();
    if (kept === undefined || textarea.value !== '') return;
    textarea.value = kept.text;
    named = [...kept.named];
    fit();
    scope.update();
  }

  function insert(what: string): void {
    const textarea = input();
    if (textarea === null) return;
    const { value, selectionStart, selectionEnd } = textarea;
    setText(value.slice(0, selectionStart) + what + value.slice(selectionEnd), selectionStart + what.length);
  }

  const left = (): number => (scope.log.schema?.maxLength ?? Infinity) - text().length;

  function isReady(): boolean {
    const hasText = text().trim() !== '';
    if (left() < 0 || uploads.isBusy) return false;
    if (editing !== undefined) return hasText || (editing.attachments?.length ?? 0) > 0;
    return (hasText || !uploads.isEmpty) && secondsToWait(scope, Date.now()) === 0;
  }

  function submit(): void {
    if (!isReady()) return;
    const body = text().trim();
    if (editing !== undefined) {
      const { id, text: before } = editing;
      if (body !== before) void save(id, body); // its failure is shown
      return stopEditing();
    }
    const { attachments } = uploads;
    try {
      send({ text: body, ...(attachments.length === 0 ? {} : { attachments }) });
    } catch (error) {
      // It breaks what the log allows: it stays here, to be put right.
      return scope.fail(error);
    }
    uploads.clear();
    named = [];
    setText('');
  }

  /** What was refused is taken into the input again, where nothing else is by then. */
  async function save(id: string, body: string): Promise<void> {
    try {
      await scope.log.edit(id, body);
    } catch (error) {
      scope.fail(error);
      const entry = scope.log.get().entries.find((one) => one.id === id);
      if (entry !== undefined && entry.deletedAt === undefined && input()?.value === '') edit(entry, body);
    }
  }

  function edit(entry: ShownEntry, text = entry.text): void {
    if (editing === undefined) put = written();
    editing = entry;
    const decoded = decodeMentions(text, (mention) =>
      'user' in mention ? scope.names.user(mention.user) : scope.names.record(mention.collection, mention.record),
    );
    named = [...decoded.named];
    setText(decoded.text);
  }

  function stopEditing(): void {
    const before = put;
    editing = undefined;
    put = nothingYet;
    named = [...before.named];
    setText(before.text);
  }

  /** Nothing can be written any more, for now. */
  function shut(): void {
    if (!isRestored) return;
    keep();
    isRestored = false;
    editing = undefined;
    put = nothingYet;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing || completion.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape' && editing !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      stopEditing();
    } else if (event.key === 'ArrowUp' && input()?.value === '') {
      const last = lastOwn();
      if (last === undefined) return;
      event.preventDefault();
      edit(last);
    }
  }

  function onInput(): void {
    fit();
    look();
    keep();
    if (input()?.value !== '' && editing === undefined) scope.log.type(thread);
    scope.update();
  }

  function look(): void {
    const textarea = input();
    if (textarea !== null) completion.look(textarea.value, textarea.selectionStart);
    scope.update();
  }

  function onPaste(event: ClipboardEvent): void {
    const files = Array.from(event.clipboardData?.files ?? []);
    // What is copied from a sheet or a text has a picture of itself with it.
    if (files.length === 0 || event.clipboardData?.types.includes('text/plain') === true) return;
    event.preventDefault();
    uploads.add(files);
  }

  function onFiles({ target }: Event): void {
    const chooser = target as HTMLInputElement;
    uploads.add(Array.from(chooser.files ?? []));
    chooser.value = '';
    input()?.focus();
  }

  /** Counts the seconds down, as long as there are some. */
  function renderWait(): TemplateResult | typeof nothing {
    const seconds = secondsToWait(scope, Date.now());
    clearTimeout(waiting);
    if (seconds === 0 || editing !== undefined) return nothing;
    waiting = setTimeout(() => scope.update(), 1000);
    return html`<span class="wait">${icon('clock')}${scope.words().chatWait(seconds, scope.locale)}</span>`;
  }

  function renderTools(): TemplateResult {
    const words = scope.words();
    const remaining = left();
    const button = (label: string, shape: TemplateResult, act: (anchor: HTMLElement) => void): TemplateResult =>
      html`<button
        type="button"
        class="icon-button"
        part="tool"
        aria-label=${label}
        title=${label}
        @click=${({ currentTarget }: Event) => act(currentTarget as HTMLElement)}
      >
        ${shape}
      </button>`;
    return html`<div class="tools">
      ${
        scope.log.schema?.attachments === null || editing !== undefined
          ? nothing
          : html`<input type="file" multiple hidden @change=${onFiles} />
              ${button(words.chatAttach, chatIcon('clip'), ({ previousElementSibling }) => (previousElementSibling as HTMLElement).click())}`
      }
      ${button(words.chatEmoji, chatIcon('smile'), (anchor) => pickEmoji(anchor, insert))}
      <span class="said" role="status">
        ${renderWait()}
        ${
          remaining <= nearlyFull
            ? html`<span ?data-over=${remaining < 0}>${words.chatCharactersLeft(remaining, scope.locale)}</span>`
            : nothing
        }
      </span>
      <button
        type="button"
        class="icon-button send"
        part="send"
        aria-label=${editing === undefined ? words.chatSend : words.chatSave}
        title=${editing === undefined ? words.chatSend : words.chatSave}
        aria-disabled=${isReady() ? 'false' : 'true'}
        @click=${submit}
      >
        ${editing === undefined ? chatIcon('send') : icon('check')}
      </button>
    </div>`;
  }

  return {
    edit: (entry) => edit(entry),
    addFiles: uploads.add,
    focus: () => input()?.focus(),
    render(label, reason) {
      const words = scope.words();
      if (reason !== undefined) {
        shut();
        return html`<div class="composer ${name}" part="composer"><p class="reason">${icon('lock')}${reason}</p></div>`;
      }
      return html`<div class="composer ${name}" part="composer">
        ${
          editing === undefined
            ? nothing
            : html`<p class="banner">
                ${chatIcon('pencil')}<span>${words.chatEditing}</span>
                <button type="button" class="button quiet" part="button" @click=${stopEditing}>${words.chatCancel}</button>
              </p>`
        }
        <div class="box" part="input">
          ${uploads.render()}
          <textarea
            rows="1"
            dir="auto"
            aria-label=${label}
            placeholder=${label}
            aria-autocomplete="list"
            aria-haspopup="listbox"
            @keydown=${onKeyDown}
            @input=${onInput}
            @click=${look}
            @blur=${completion.dismiss}
            @paste=${onPaste}
          ></textarea>
          ${renderTools()}
        </div>
        ${completion.render()}
      </div>`;
    },
    updated() {
      const textarea = input();
      if (textarea !== null && !isRestored && unsent.isKnown) restore(textarea);
      completion.updated(textarea);
    },
    close() {
      clearTimeout(waiting);
      uploads.clear();
      completion.close();
    },
  };
}
