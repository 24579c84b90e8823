import type { Json } from '@concord/protocol';

export type RichTextAttributes = { readonly [name: string]: Json };

export type RichTextMark = {
  readonly type: string;
  readonly attrs?: RichTextAttributes;
};

/** A ProseMirror node as JSON: a text with marks, or an element with attributes and children. */
export type RichTextNode = {
  readonly type: string;
  readonly attrs?: RichTextAttributes;
  readonly content?: readonly RichTextNode[];
  readonly text?: string;
  readonly marks?: readonly RichTextMark[];
};

/** A ProseMirror document as JSON, what TipTap's `editor.getJSON()` answers. */
export type RichTextDoc = {
  readonly type: 'doc';
  readonly content: readonly RichTextNode[];
};

/** Deeper nodes are refused when written and not shown when read, so that no recursion over them is too deep. */
export const maxRichTextDepth = 100;
