import { Mention } from '@tiptap/extension-mention';
import type { AnyClient, Person } from '../record/any-record.ts';
import type { Strings } from '../strings/strings.ts';
import { createMentionList } from './mention-list.ts';

/** As many as fit into sight. */
const mostPeople = 8;

/** People by `@`: a node `mention` with the attributes `id` and `label`, and nothing else. */
export function mentions(client: AnyClient, root: ShadowRoot, words: () => Strings): typeof Mention {
  return Mention.extend({
    // The character that led to it is no news: it is always the same one.
    addAttributes() {
      const { mentionSuggestionChar: _, ...attributes } = (this.parent?.() ?? {}) as Record<string, object>;
      return attributes;
    },
  }).configure({
    deleteTriggerWithBackspace: true,
    HTMLAttributes: { class: 'mention' },
    renderText: ({ node }) => `@${String(node.attrs['label'] ?? node.attrs['id'])}`,
    suggestion: {
      char: '@',
      allowedPrefixes: [' ', '(', '\n'],
      items: async ({ query }): Promise<Person[]> => {
        try {
          return Array.from(await client.people({ query, limit: mostPeople }));
        } catch {
          return []; // nobody can be found without a network; what was typed stays as it is
        }
      },
      render: () => createMentionList(root, words),
    },
  });
}
