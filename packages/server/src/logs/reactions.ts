import { ConcordError, type LogEntry } from '@concord/protocol';

type Reactions = NonNullable<LogEntry['reactions']>;

/** Different ones on one entry. */
const maxKinds = 20;

const element = String.raw`\p{Extended_Pictographic}[\uFE0E\uFE0F]?\p{Emoji_Modifier}?(?:[\u{E0020}-\u{E007E}]+\u{E007F})?`;
/** A flag, a keycap, or pictures that are joined to one (Unicode Technical Standard 51); at most 16 code points. */
const emoji = new RegExp(
  String.raw`^(?=.{1,16}$)(?:\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3|${element}(?:\u200D${element})*)$`,
  'u',
);

/** @throws `bad_request` where it is not one emoji */
export function checkEmoji(text: string): string {
  if (emoji.test(text)) return text;
  throw new ConcordError('bad_request', { field: 'emoji', message: 'A reaction is one emoji.' });
}

/**
 * With `user`'s reaction; the same object where it is there already.
 *
 * @throws `too_large` where the entry has as many different ones as it may have
 */
export function withReaction(reactions: Reactions | undefined, kind: string, user: string): Reactions | undefined {
  const users = reactions?.[kind] ?? [];
  if (users.includes(user)) return reactions;
  if (users.length === 0 && Object.keys(reactions ?? {}).length >= maxKinds)
    throw new ConcordError('too_large', { field: 'emoji', message: `An entry has at most ${maxKinds} different reactions.` });
  return { ...reactions, [kind]: [...users, user] };
}

/** Without it; undefined where it was the last, and the same object where it was not there. */
export function withoutReaction(reactions: Reactions | undefined, kind: string, user: string): Reactions | undefined {
  const users = reactions?.[kind] ?? [];
  if (!users.includes(user)) return reactions;
  const { [kind]: _all, ...others } = reactions ?? {};
  const left = users.filter((one) => one !== user);
  if (left.length > 0) return { ...reactions, [kind]: left };
  return Object.keys(others).length === 0 ? undefined : others;
}
