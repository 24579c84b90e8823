import { Editor } from '@tiptap/core';
import { StarterKit } from '@tiptap/starter-kit';
import { richTextToHtml, richTextToJson } from '@concord/schema';
import { html, nothing, type TemplateResult } from 'lit';
import { adoptStyles } from '../base/adopt-styles.ts';
import type { AnyClient, AnyRecord } from '../record/any-record.ts';
import type { Strings } from '../strings/strings.ts';
import { optionStyles } from '../styles/options.ts';
import { contentStyles } from './content-styles.ts';
import { mentions } from './mention.ts';
import { recordText } from './record-text.ts';
import { createToolbar, type Toolbar } from './toolbar.ts';
import { unknownContent } from './unknown-content.ts';

export interface RichEditorOptions {
  readonly client: AnyClient;
  readonly record: AnyRecord;
  readonly field: string;
  /** Where what `render` answers is put. */
  readonly root: ShadowRoot;
  readonly locale: string;
  words(): Strings;
  label(): string;
  placeholder(): string;
  mayWrite(): boolean;
  /** Renders again. */
  update(): void;
}

/** An editor of one field, in the shadow tree of an element that renders it. */
export interface RichEditor {
  render(): TemplateResult;
  /** What was rendered is in its place. */
  updated(): void;
  focus(): void;
  close(): void;
}

export function createRichEditor(options: RichEditorOptions): RichEditor {
  const { record, field, root, words, update } = options;
  const fragment = record.richText(field);
  const place = document.createElement('div');
  place.className = 'place';
  let editor: Editor | undefined;
  let toolbar: Toolbar | undefined;
  /** Something in the text is not known here: it is shown, and left as it is. */
  let isForeign = false;
  let isOpen = false;

  adopt(root);
  const showForeign = () => {
    place.innerHTML = richTextToHtml(richTextToJson(fragment)); // safe by itself: everything in it is escaped
  };

  /** What is said of the text to who cannot see it. One that can only be read is still to be reached by the keyboard. */
  const attributes = (): Record<string, string> => ({
    class: 'content',
    part: 'content',
    role: 'textbox',
    'aria-multiline': 'true',
    'aria-label': options.label(),
    ...(options.mayWrite() ? {} : { 'aria-readonly': 'true', tabindex: '0' }),
  });

  function open(): void {
    isOpen = true;
    const created = new Editor({
      element: null,
      extensions: [
        // A trailing paragraph, or a link that makes itself, would be an edit by everybody who merely looks.
        StarterKit.configure({
          undoRedo: false,
          trailingNode: false,
          heading: { levels: [1, 2, 3, 4, 5, 6] },
          link: {
            autolink: false,
            openOnClick: false,
            defaultProtocol: 'https',
            HTMLAttributes: { rel: 'noopener noreferrer nofollow' },
          },
        }),
        mentions(options.client, root, words),
        recordText({ fragment, awareness: record.awareness(field), history: record.history }),
      ],
      editable: options.mayWrite(),
      injectCSS: false,
      editorProps: {
        attributes: attributes(),
        handleKeyDown: (_view, event) => {
          if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k' || toolbar === undefined) return false;
          event.preventDefault();
          toolbar.openLink();
          return true;
        },
        handleClick: (_view, _position, event) => followLink(event),
      },
      onTransaction: update,
      onFocus: update,
      onBlur: update,
    });
    if (unknownContent(fragment, created.schema) !== null) {
      created.destroy();
      isForeign = true;
      fragment.observeDeep(showForeign);
      showForeign();
      return;
    }
    created.mount(place);
    editor = created;
    toolbar = createToolbar(created, root, update);
    update();
  }

  function refresh(): void {
    if (editor === undefined) return;
    const [label, mayWrite] = [options.label(), options.mayWrite()];
    if (said.label === label && said.mayWrite === mayWrite) return;
    said = { label, mayWrite };
    editor.setEditable(mayWrite, false);
    editor.view.setProps({ attributes: attributes() });
  }
  let said = { label: options.label(), mayWrite: options.mayWrite() };

  return {
    render() {
      const isEmpty = editor?.isEmpty === true;
      const tools = toolbar === undefined || !options.mayWrite() ? nothing : toolbar.render(words(), options.label());
      return html`${tools}
        <div class="text" ?data-empty=${isEmpty} data-placeholder=${options.mayWrite() ? options.placeholder() : ''}>
          ${place}
        </div>`;
    },
    updated() {
      if (!isOpen) open();
      else refresh();
      if (!isForeign) return;
      place.className = 'place content';
      place.setAttribute('role', 'document');
      place.setAttribute('aria-label', options.label());
      place.tabIndex = 0;
    },
    focus: () => void editor?.commands.focus(),
    close() {
      if (isForeign) fragment.unobserveDeep(showForeign);
      editor?.destroy();
    },
  };
}

/** A click with the key that opens links in a new tab does that; another one puts the caret there. */
function followLink(event: MouseEvent): boolean {
  const link = (event.target as Element).closest('a[href]');
  if (link === null || !(event.ctrlKey || event.metaKey)) return false;
  window.open((link as HTMLAnchorElement).href, '_blank', 'noopener,noreferrer');
  return true;
}

/** Gives a shadow tree what the editor's text needs; and a function of documents that the binding looks for on its root. */
function adopt(root: ShadowRoot): void {
  adoptStyles(root, optionStyles);
  adoptStyles(root, contentStyles);
  if (!('createRange' in root)) Object.defineProperty(root, 'createRange', { value: () => document.createRange() });
}
