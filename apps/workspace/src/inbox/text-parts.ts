import type { LogMention } from '@concord/protocol';

const mention = /<@([^<>]+)>|<#([^<>/]+)\/([^<>/]+)>/g;

/** What an entry says, in one line and without its marks, and whom and what it names. */
export function textParts(text: string): readonly (string | LogMention)[] {
  const parts: (string | LogMention)[] = [];
  let from = 0;
  for (const match of text.matchAll(mention)) {
    const [all, user, collection = '', record = ''] = match;
    parts.push(unmarked(text.slice(from, match.index)));
    parts.push(user === undefined ? { collection, record } : { user: decoded(user) });
    from = match.index + all.length;
  }
  parts.push(unmarked(text.slice(from)));
  return parts.filter((part) => part !== '');
}

/** The same as a text; records are left out. */
export function plainWords(text: string, nameOf: (user: string) => string): string {
  return textParts(text)
    .map((part) => (typeof part === 'string' ? part : 'user' in part ? `@${nameOf(part.user)}` : '…'))
    .join('');
}

const unmarked = (text: string): string => text.replaceAll(/\*\*|`|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)/g, '').replaceAll(/\s+/g, ' ');

/** Names are percent-encoded where they have to be. */
function decoded(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
