import type { Editor } from '@tiptap/core';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { isRightToLeft } from '../base/locale.ts';
import { drawIcon, icon } from '../icons.ts';
import type { Strings } from '../strings/strings.ts';
import { readAddress } from './link-address.ts';
import { toolbarIcons } from './toolbar-icons.ts';

export interface Toolbar {
  render(words: Strings, label: string): TemplateResult;
  /** Shows the input for a link's address. */
  openLink(): void;
}

interface Tool {
  readonly name: keyof typeof toolbarIcons;
  readonly isOn: () => boolean;
  readonly run: () => void;
}

const levels = [1, 2, 3] as const;

/** What can be done with the text: a toolbar with one stop for the Tab key, and arrow keys within (ARIA Authoring Practices). */
export function createToolbar(editor: Editor, root: ShadowRoot, update: () => void): Toolbar {
  let isLinking = false;
  let isWrong = false;
  /** The tool that the Tab key comes to. */
  let current = 0;

  const chain = () => editor.chain().focus();
  const groups: readonly (readonly Tool[])[] = [
    [
      { name: 'bold', isOn: () => editor.isActive('bold'), run: () => chain().toggleBold().run() },
      { name: 'italic', isOn: () => editor.isActive('italic'), run: () => chain().toggleItalic().run() },
      { name: 'underline', isOn: () => editor.isActive('underline'), run: () => chain().toggleUnderline().run() },
      { name: 'strike', isOn: () => editor.isActive('strike'), run: () => chain().toggleStrike().run() },
      { name: 'code', isOn: () => editor.isActive('code'), run: () => chain().toggleCode().run() },
      { name: 'link', isOn: () => editor.isActive('link') || isLinking, run: () => (isLinking ? closeLink() : openLink()) },
    ],
    [
      { name: 'bulletList', isOn: () => editor.isActive('bulletList'), run: () => chain().toggleBulletList().run() },
      { name: 'orderedList', isOn: () => editor.isActive('orderedList'), run: () => chain().toggleOrderedList().run() },
      { name: 'quote', isOn: () => editor.isActive('blockquote'), run: () => chain().toggleBlockquote().run() },
      { name: 'codeBlock', isOn: () => editor.isActive('codeBlock'), run: () => chain().toggleCodeBlock().run() },
    ],
  ];

  const tools = () => Array.from(root.querySelectorAll<HTMLElement>('.toolbar .tool'));

  function onKeydown(event: KeyboardEvent): void {
    const all = tools();
    const at = all.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const isBackwards = isRightToLeft(root.host);
    const moves: { readonly [key: string]: number } = {
      ArrowLeft: at + (isBackwards ? 1 : -1),
      ArrowRight: at + (isBackwards ? -1 : 1),
      Home: 0,
      End: all.length - 1,
    };
    const to = moves[event.key];
    if (event.key === 'Escape') editor.commands.focus();
    if (to === undefined) return;
    event.preventDefault();
    current = (to + all.length) % all.length;
    all[current]?.focus();
    update();
  }

  function openLink(): void {
    isLinking = true;
    isWrong = false;
    update();
    // Once the form is there.
    setTimeout(() => root.querySelector<HTMLInputElement>('.link input')?.select());
  }

  function closeLink(): void {
    isLinking = false;
    editor.commands.focus();
    update();
  }

  function applyLink(event: Event): void {
    event.preventDefault();
    const href = readAddress(new FormData(event.target as HTMLFormElement).get('href') as string);
    isWrong = href === null;
    if (href === null) return update();
    const { empty } = editor.state.selection;
    const link = chain().extendMarkRange('link');
    if (empty && !editor.isActive('link'))
      link.insertContent({ type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] }).run();
    else link.setLink({ href }).run();
    closeLink();
  }

  const tool = ({ name, isOn, run }: Tool, index: number, words: Strings) =>
    html`<button
      type="button"
      class="icon-button tool"
      part="tool"
      tabindex=${index === current ? 0 : -1}
      aria-pressed=${isOn() ? 'true' : 'false'}
      aria-label=${words[name]}
      title=${words[name]}
      @focus=${() => (current = index)}
      @click=${run}
    >
      ${drawIcon(toolbarIcons[name])}
    </button>`;

  const blockSelect = (words: Strings) => {
    const level = levels.find((one) => editor.isActive('heading', { level: one })) ?? 0;
    return html`<span class="select">
      <select
        class="tool block"
        part="tool"
        tabindex=${current === 0 ? 0 : -1}
        aria-label=${words.blockType}
        .value=${live(String(level))}
        @focus=${() => (current = 0)}
        @change=${(event: Event) => {
          const chosen = levels.find((one) => String(one) === (event.target as HTMLSelectElement).value);
          if (chosen === undefined) chain().setParagraph().run();
          else chain().setHeading({ level: chosen }).run();
        }}
      >
        <option value="0" ?selected=${level === 0}>${words.paragraph}</option>
        ${levels.map((one) => html`<option value=${one} ?selected=${level === one}>${words.heading(one)}</option>`)}
      </select>
      ${icon('chevron')}
    </span>`;
  };

  const linkForm = (words: Strings) =>
    html`<form
      class="link"
      @submit=${applyLink}
      @keydown=${(event: KeyboardEvent) => {
        // What is typed here is no edit yet: its keys, those for undo among them, are this input's.
        event.stopPropagation();
        if (event.key === 'Escape') closeLink();
      }}
    >
      <input
        class="input"
        name="href"
        type="text"
        inputmode="url"
        autocomplete="off"
        placeholder="https://"
        aria-label=${words.linkTo}
        aria-invalid=${isWrong ? 'true' : nothing}
        aria-describedby=${isWrong ? 'link-problem' : nothing}
        .value=${String(editor.getAttributes('link')['href'] ?? '')}
      />
      <button type="submit" class="button primary">${words.apply}</button>
      ${
        editor.isActive('link')
          ? html`<button
              type="button"
              class="button quiet"
              @click=${() => {
                chain().extendMarkRange('link').unsetLink().run();
                closeLink();
              }}
            >
              ${words.removeLink}
            </button>`
          : nothing
      }
      ${isWrong ? html`<p id="link-problem" role="alert">${words.notALink}</p>` : nothing}
    </form>`;

  return {
    openLink,
    render(words, label) {
      let index = 1;
      return html`<div class="toolbar" part="toolbar" role="toolbar" aria-label=${words.formatting(label)} @keydown=${onKeydown}>
          ${blockSelect(words)}
          ${groups.map((group) => html`<span class="group">${group.map((one) => tool(one, index++, words))}</span>`)}
        </div>
        ${isLinking ? linkForm(words) : nothing}`;
    },
  };
}
