import type { Json } from '@concord/protocol';
import { mentionText } from './mention.ts';
import type { RichTextDoc, RichTextMark, RichTextNode } from './nodes.ts';

/**
 * The document as HTML, for mails and previews: StarterKit's nodes and marks (and prosemirror-schema-basic's
 * names for them), and people who are mentioned. Everything is escaped, nodes it does not know are left away around their children, and
 * links lead to http, https and mailto only. It is safe to put into a page.
 */
export function richTextToHtml(doc: RichTextDoc): string {
  return htmlOf(doc.content);
}

function htmlOf(nodes: readonly RichTextNode[] | undefined): string {
  return (nodes ?? []).map(nodeToHtml).join('');
}

const elements: ReadonlyMap<string, string> = new Map([
  ['paragraph', 'p'],
  ['blockquote', 'blockquote'],
  ['bulletList', 'ul'],
  ['bullet_list', 'ul'],
  ['listItem', 'li'],
  ['list_item', 'li'],
]);

function nodeToHtml(node: RichTextNode): string {
  if (node.text !== undefined) return (node.marks ?? []).reduce(wrapInMark, escapeHtml(node.text));
  const inner = htmlOf(node.content);
  const tag = elements.get(node.type);
  if (tag !== undefined) return `<${tag}>${inner}</${tag}>`;
  switch (node.type) {
    case 'heading': {
      const level = wholeNumber(node.attrs?.['level'], 1, 6) ?? 1;
      return `<h${level}>${inner}</h${level}>`;
    }
    case 'orderedList':
    case 'ordered_list': {
      const start = wholeNumber(node.attrs?.['start'] ?? node.attrs?.['order'], 0, 1_000_000_000) ?? 1;
      return start === 1 ? `<ol>${inner}</ol>` : `<ol start="${start}">${inner}</ol>`;
    }
    case 'codeBlock':
    case 'code_block': {
      const language = node.attrs?.['language'];
      const name =
        typeof language === 'string' && /^[A-Za-z0-9+#_-]{1,40}$/.test(language) ? ` class="language-${language}"` : '';
      return `<pre><code${name}>${inner}</code></pre>`;
    }
    case 'horizontalRule':
    case 'horizontal_rule':
      return '<hr>';
    case 'hardBreak':
    case 'hard_break':
      return '<br>';
    case 'mention':
      return mentionToHtml(node);
    default:
      return inner;
  }
}

/** As TipTap's mention writes it, and reads it back. It leads nowhere: what there is of a person is the page's matter. */
function mentionToHtml(node: RichTextNode): string {
  const text = mentionText(node);
  const { id, label } = node.attrs ?? {};
  const attribute = (name: string, value: Json | undefined) =>
    typeof value === 'string' ? ` data-${name}="${escapeHtml(value)}"` : '';
  return text === null
    ? ''
    : `<span data-type="mention"${attribute('id', id)}${attribute('label', label)}>${escapeHtml(text)}</span>`;
}

const marks: ReadonlyMap<string, string> = new Map([
  ['bold', 'strong'],
  ['strong', 'strong'],
  ['italic', 'em'],
  ['em', 'em'],
  ['strike', 's'],
  ['underline', 'u'],
  ['code', 'code'],
]);

function wrapInMark(html: string, mark: RichTextMark): string {
  const tag = marks.get(mark.type);
  if (tag !== undefined) return `<${tag}>${html}</${tag}>`;
  const href = mark.type === 'link' ? mark.attrs?.['href'] : undefined;
  if (typeof href !== 'string' || !/^(?:https?:\/\/|mailto:)[^\s\p{C}]*$/iu.test(href)) return html;
  return `<a href="${escapeHtml(href)}" rel="noopener noreferrer nofollow">${html}</a>`;
}

function wholeNumber(value: Json | undefined, least: number, most: number): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : null;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
