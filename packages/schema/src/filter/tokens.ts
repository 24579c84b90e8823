import { ConcordError } from '@concord/protocol';
import { filterWords } from './words.ts';

export type TokenKind = 'name' | 'word' | 'string' | 'number' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a word, in lower case; of a string, what it stands for. */
  readonly text: string;
  /** From 0. */
  readonly start: number;
  readonly end: number;
}

const space = /\s*/y;
const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['number', /-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?(?![A-Za-z0-9_.])/y],
  ['string', /'(?:[^']|'')*'|"(?:[^"]|"")*"/y],
  ['symbol', /<=|>=|!=|[=<>(),]/y],
];

/** Cuts a filter into tokens, in linear time; the last one is the end. Throws `invalid_filter`. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let start = skipSpace(source, 0);
  while (start < source.length) {
    const token = tokenAt(source, start);
    tokens.push(token);
    start = skipSpace(source, token.end);
  }
  tokens.push({ kind: 'end', text: '', start: source.length, end: source.length });
  return tokens;
}

function skipSpace(source: string, start: number): number {
  space.lastIndex = start;
  space.exec(source);
  return space.lastIndex;
}

function tokenAt(source: string, start: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start;
    const match = pattern.exec(source);
    if (match === null) continue;
    const [text] = match;
    const end = start + text.length;
    if (kind === 'name' && filterWords.has(text.toLowerCase())) return { kind: 'word', text: text.toLowerCase(), start, end };
    if (kind === 'string') return { kind, text: unquote(text), start, end };
    return { kind, text, start, end };
  }
  const first = source.charAt(start);
  throw filterError(
    source,
    start,
    first === "'" || first === '"' ? `Expected a closing ${first}` : 'Expected a field, a value or an operator',
  );
}

function unquote(text: string): string {
  const quote = text.charAt(0);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** `invalid_filter` with the place (from 1) and, below the message, the excerpt around it with a caret. */
export function filterError(source: string, at: number, message: string): ConcordError {
  const from = Math.max(0, at - 40);
  const excerpt = source.slice(from, at + 30).replace(/[\s\p{C}]/gu, ' ');
  return new ConcordError('invalid_filter', {
    message: `${message} at position ${at + 1}.\n${excerpt}\n${' '.repeat(at - from)}^`,
  });
}
