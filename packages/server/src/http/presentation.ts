import { ConcordError, type Json, type RecordView } from '@concord/protocol';
import {
  parseFieldSelection,
  richTextToHtml,
  type CollectionSchema,
  type RichTextDoc,
  type VisibleCollection,
} from '@concord/schema';

/** How a record is shown: which of its fields, and rich text in which form. */
export interface Presentation {
  /** All when absent. `id` and `version` are always shown. */
  readonly fields?: ReadonlySet<string>;
  readonly html: boolean;
}

export const presentationParameters: { readonly [name: string]: object } = {
  fields: {
    type: 'string',
    description: 'Only these fields, separated by commas; `id` and `version` are always there.',
    examples: ['updatedAt,updatedBy'],
  },
  richText: {
    type: 'string',
    enum: ['json', 'html'],
    default: 'json',
    description: 'How rich text is shown: ProseMirror JSON, or HTML.',
  },
};

export function readPresentation(
  query: { readonly fields?: string; readonly richText?: string },
  collection: VisibleCollection,
): Presentation {
  const { fields, richText = 'json' } = query;
  if (richText !== 'json' && richText !== 'html')
    throw new ConcordError('bad_request', { field: 'richText', message: 'richText is json or html.' });
  const html = richText === 'html';
  return fields === undefined ? { html } : { html, fields: new Set(parseFieldSelection(fields, collection).fields) };
}

export function present(view: RecordView, collection: CollectionSchema, { fields, html }: Presentation): RecordView {
  if (fields === undefined && !html) return view;
  const shown: Record<string, Json> = {};
  for (const [name, value] of Object.entries(view)) {
    if (fields !== undefined && name !== 'id' && name !== 'version' && !fields.has(name)) continue;
    shown[name] = html && collection.fields.get(name)?.kind === 'richText' ? richTextToHtml(value as RichTextDoc) : value;
  }
  return shown as RecordView;
}
