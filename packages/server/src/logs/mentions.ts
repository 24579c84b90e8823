import { isName, type LogMention } from '@concord/protocol';

/** More than that in one text are not told of. */
const maxMentions = 100;

const marks = /<@([^<>]{1,1024})>|<#([^<>/]{1,256})\/([^<>/]{1,256})>/g;

/** Whom and what a text names as `<@user>` and `<#collection/record>`, each once, in the order of the text. */
export function mentionsIn(text: string): readonly LogMention[] {
  const found = new Map<string, LogMention>();
  for (const [mark, user, collection, record] of text.matchAll(marks)) {
    const mention = user === undefined ? recordAt(collection, record) : personCalled(user);
    if (mention !== undefined) found.set(mark, mention);
    if (found.size === maxMentions) break;
  }
  return [...found.values()];
}

/** The people that a text names. */
export function usersIn(text: string): readonly string[] {
  return mentionsIn(text).flatMap((mention) => ('user' in mention ? [mention.user] : []));
}

function personCalled(text: string): LogMention | undefined {
  const user = decoded(text);
  return isName('user', user) ? { user } : undefined;
}

function recordAt(collection: unknown, record: unknown): LogMention | undefined {
  return isName('collection', collection) && isName('record', record) ? { collection, record } : undefined;
}

/** Where a `%` means nothing it stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
