import { ConcordError } from '@concord/protocol';

export interface FilterToken {
  readonly kind: 'name' | 'keyword' | 'string' | 'number' | 'symbol' | 'end';
  /** As written; of a keyword, in lower case; of a string, what it stands for. */
  readonly text: string;
  readonly start: number;
}

const space = /\s*/y;
const keywords: ReadonlySet<string> = new Set(['in', 'is', 'not', 'null', 'true', 'false']);
const patterns: readonly (readonly [FilterToken['kind'], RegExp])[] = [
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['number', /-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?(?![A-Za-z0-9_.])/y],
  ['string', /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/y],
  ['symbol', /&&|\|\||!=|<=|>=|[=<>~!(),]/y],
];

/** Cuts a filter of SnackBase into tokens, in linear time; the last one is the end. Throws `invalid_filter`. */
export function tokenizeFilter(source: string): readonly FilterToken[] {
  const tokens: FilterToken[] = [];
  for (let at = skipSpace(source, 0); at < source.length;) {
    const [token, end] = tokenAt(source, at);
    tokens.push(token);
    at = skipSpace(source, end);
  }
  return [...tokens, { kind: 'end', text: '', start: source.length }];
}

export function filterFault(message: string, at: number): ConcordError {
  return new ConcordError('invalid_filter', { field: 'filter', message: `${message} at position ${at}` });
}

function skipSpace(source: string, start: number): number {
  space.lastIndex = start;
  space.exec(source);
  return space.lastIndex;
}

function tokenAt(source: string, start: number): [FilterToken, number] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start;
    const [text] = pattern.exec(source) ?? [];
    if (text === undefined) continue;
    const end = start + text.length;
    const lower = text.toLowerCase();
    if (kind === 'name' && keywords.has(lower)) return [{ kind: 'keyword', text: lower, start }, end];
    return [{ kind, text: kind === 'string' ? unquote(text) : text, start }, end];
  }
  const first = source.charAt(start);
  throw filterFault(first === "'" || first === '"' ? 'Unterminated string literal' : `Invalid character '${first}'`, start);
}

/** A backslash stands before a quote or another one; before anything else it is one. */
function unquote(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(['"\\])/g, '$1');
}
