/** A stretch of a message's text. */
export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'bold' | 'italic'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly text: string }
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'record'; readonly collection: string; readonly id: string };

export type Block =
  { readonly kind: 'lines'; readonly children: readonly Inline[] } | { readonly kind: 'code'; readonly text: string };

const fence = /```(?:[\w+-]*\n)?([^]*?)\n?```/g;

/** In the order of the groups: code, a user, a record's collection and id, an address, bold, italic. */
const marks = new RegExp(
  [
    /`([^`\n]+)`/,
    /<@([^\s>]+)>/,
    /<#([^\s/>]+)\/([^\s>]+)>/,
    /\b((?:https?:\/\/|mailto:)[^\s<>]+)/,
    /\*\*(?=\S)([^\n]*?\S)\*\*(?!\*)/,
    /(?<![\p{L}\p{N}*])\*(?=[^\s*])([^\n*]*[^\s*])\*(?![\p{L}\p{N}*])/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'giu',
);

/** Reads the light markup of a message: `code`, **bold**, *italic*, addresses, people and records. All else is text. */
export function parseText(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let from = 0;
  const lines = (end: number): void => {
    const between = text.slice(from, end).replace(/^\n|\n$/g, '');
    if (between.trim() !== '') blocks.push({ kind: 'lines', children: parseInline(between) });
  };
  for (const { index, 0: whole, 1: code = '' } of text.matchAll(fence)) {
    if (code.trim() === '') continue;
    lines(index);
    blocks.push({ kind: 'code', text: code });
    from = index + whole.length;
  }
  lines(text.length);
  return blocks;
}

function parseInline(text: string): readonly Inline[] {
  const found: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(marks)) {
    const { index, 0: whole } = match;
    const inline = inlineOf(match);
    if (inline === undefined) continue;
    if (index > from) found.push({ kind: 'text', text: text.slice(from, index) });
    found.push(inline);
    from = index + (inline.kind === 'link' ? inline.text.length : whole.length);
  }
  if (from < text.length) found.push({ kind: 'text', text: text.slice(from) });
  return found;
}

function inlineOf([, code, user, collection, id, address, bold, italic]: RegExpExecArray): Inline | undefined {
  if (code !== undefined) return { kind: 'code', text: code };
  if (user !== undefined) return { kind: 'user', id: decoded(user) };
  if (collection !== undefined && id !== undefined) return { kind: 'record', collection: decoded(collection), id: decoded(id) };
  if (address !== undefined) return linkOf(address);
  if (bold !== undefined) return { kind: 'bold', children: parseInline(bold) };
  if (italic !== undefined) return { kind: 'italic', children: parseInline(italic) };
  return undefined;
}

/** What ends a sentence is no part of the address in it; a bracket is, where the address has opened it. */
function linkOf(address: string): Inline | undefined {
  let text = address;
  for (;;) {
    const last = text.at(-1) ?? '';
    const isClosing = last === ')' && text.split('(').length < text.split(')').length;
    if (!isClosing && !/[!"',.:;?*_\]]/.test(last)) break;
    text = text.slice(0, -1);
  }
  try {
    const { protocol, href } = new URL(text);
    return ['http:', 'https:', 'mailto:'].includes(protocol) ? { kind: 'link', href, text } : undefined;
  } catch {
    return undefined;
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The code by which a text names a person or a record. */
export function codeOf(mention: { readonly user: string } | { readonly collection: string; readonly record: string }): string {
  const encoded = (name: string): string => name.replaceAll(/[%>\s]/g, encodeURIComponent);
  return 'user' in mention ? `<@${encoded(mention.user)}>` : `<#${encoded(mention.collection)}/${encoded(mention.record)}>`;
}

/** A text in one line, without its marks: what is read out, quoted and searched. */
export function plainText(text: string, nameOf: (mention: Inline & { kind: 'user' | 'record' }) => string): string {
  const say = (inline: Inline): string => {
    switch (inline.kind) {
      case 'text':
      case 'code':
      case 'link':
        return inline.text;
      case 'bold':
      case 'italic':
        return inline.children.map(say).join('');
      case 'user':
      case 'record':
        return nameOf(inline);
    }
  };
  const blocks = parseText(text).map((block) => (block.kind === 'code' ? block.text : block.children.map(say).join('')));
  return blocks.join(' ').replaceAll(/\s+/g, ' ').trim();
}
