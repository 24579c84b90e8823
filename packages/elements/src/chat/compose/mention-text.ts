import { codeOf } from '../text/parse-text.ts';

/** Somebody or something that a text names: as it is read, and as it is sent. */
export interface Named {
  readonly label: string;
  readonly code: string;
}

/** Adds somebody whom a text is to name; one who is called like another one in it goes by their id, too. */
export function alsoNamed(named: readonly Named[], next: Named): Named {
  const isTaken = named.some(({ label, code }) => label === next.label && code !== next.code);
  return isTaken ? { ...next, label: `${next.label} (${next.code.slice(2, -1)})` } : next;
}

/** A text as it is sent: what was chosen by its name goes by its code. */
export function encodeMentions(text: string, named: readonly Named[]): string {
  // The longest first: "@Ada Krämer" is not "@Ada".
  const known = new Map(named.toSorted((a, b) => b.label.length - a.label.length).map(({ label, code }) => [label, code]));
  if (known.size === 0) return text;
  const labels = Array.from(known.keys(), (label) => label.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  // Not within a longer word.
  return text.replaceAll(new RegExp(`(?:${labels.join('|')})(?![\\p{L}\\p{N}])`, 'gu'), (label) => known.get(label) ?? label);
}

/** A text as it is edited: codes are the names that they stand for. */
export function decodeMentions(
  text: string,
  nameOf: (mention: { readonly user: string } | { readonly collection: string; readonly record: string }) => string,
): { readonly text: string; readonly named: readonly Named[] } {
  const named: Named[] = [];
  const decoded = text.replaceAll(/<@([^\s>]+)>|<#([^\s/>]+)\/([^\s>]+)>/g, (_code, user, collection, record) => {
    const mention =
      user === undefined
        ? { collection: decodeName(String(collection)), record: decodeName(String(record)) }
        : { user: decodeName(String(user)) };
    const label = `${user === undefined ? '#' : '@'}${nameOf(mention)}`;
    const one = alsoNamed(named, { label, code: codeOf(mention) });
    named.push(one);
    return one.label;
  });
  return { text: decoded, named };
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** What is being typed at the caret that somebody or something may be chosen by; undefined where it is nothing of the kind. */
export function mentionAt(
  text: string,
  caret: number,
): { readonly kind: '@' | '#'; readonly query: string; readonly from: number } | undefined {
  const [, , kind, query] =
    /(^|[\s(])([@#])([\p{L}\p{N}._-]{0,40}(?: [\p{L}\p{N}._-]{0,40})?)$/u.exec(text.slice(0, caret)) ?? [];
  if (kind === undefined || query === undefined) return undefined;
  return { kind: kind as '@' | '#', query, from: caret - query.length - 1 };
}
