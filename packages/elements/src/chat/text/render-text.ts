import { html, nothing, type TemplateResult } from 'lit';
import type { Names } from '../names.ts';
import { parseText, type Block, type Inline } from './parse-text.ts';

export interface TextLinks {
  readonly names: Names;
  /** Who looks: what names them stands out. */
  readonly me: string | undefined;
  /** A person or a record that the text names was chosen. */
  open(mention: { readonly user: string } | { readonly collection: string; readonly record: string }): void;
}

/** Texts are read once: a list shows the same ones again at each change. */
const read = new Map<string, readonly Block[]>();
const mostRead = 500;

function blocksOf(text: string): readonly Block[] {
  const known = read.get(text);
  if (known !== undefined) return known;
  if (read.size >= mostRead) read.clear();
  const blocks = parseText(text);
  read.set(text, blocks);
  return blocks;
}

/** A message's text. Nothing of it is taken for HTML. */
export function renderText(text: string, links: TextLinks): TemplateResult {
  const blocks = blocksOf(text);
  return html`${blocks.map((block) =>
    block.kind === 'code'
      ? html`<pre tabindex="0"><code>${block.text}</code></pre>`
      : html`<p ?data-large=${isEmojiAlone(text)}>${block.children.map((inline) => renderInline(inline, links))}</p>`,
  )}`;
}

function renderInline(inline: Inline, links: TextLinks): unknown {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return html`<code>${inline.text}</code>`;
    case 'bold':
      return html`<strong>${inline.children.map((child) => renderInline(child, links))}</strong>`;
    case 'italic':
      return html`<em>${inline.children.map((child) => renderInline(child, links))}</em>`;
    case 'link':
      return html`<a href=${inline.href} target="_blank" rel="noopener noreferrer">${inline.text}</a>`;
    case 'user':
      return renderMention(`@${links.names.user(inline.id)}`, inline.id === links.me, () => links.open({ user: inline.id }));
    case 'record': {
      const { collection, id } = inline;
      const name = `#${links.names.record(collection, id)}`;
      return renderMention(name, false, () => links.open({ collection, record: id }));
    }
  }
}

/** A button's text would not break with the lines around it. */
function renderMention(name: string, isMe: boolean, choose: () => void): TemplateResult {
  return html`<span
    role="button"
    tabindex="0"
    class="mention"
    part="mention"
    data-me=${isMe ? '' : nothing}
    @click=${choose}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      choose();
    }}
    >${name}</span
  >`;
}

/** One to three emoji and nothing else are shown large. */
function isEmojiAlone(text: string): boolean {
  return /^(?:\p{RGI_Emoji}\s*){1,3}$/v.test(text);
}
