import type { VisibleCollection } from '@concord/schema';
import { filterKindOf, type Condition, type Operator } from './condition.ts';

const token =
  /\s*(?:(?<text>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?<symbol><=|>=|!=|[=<>(),])|(?<word>[A-Za-z_][A-Za-z0-9_]*|-?\d[\d.eE+-]*))/y;

/**
 * The conditions of a filter that is nothing but conditions joined by `and`; null for any other, which is then shown as
 * text. Whether it is right is for `parseFilter` to say.
 */
export function readConditions(collection: VisibleCollection, filter: string): readonly Condition[] | null {
  const tokens = tokensOf(filter);
  if (tokens === null) return null;
  const conditions: Condition[] = [];
  let at = 0;
  const is = (word: string): boolean => tokens[at]?.toLowerCase() === word && (at += 1) > 0;
  while (at < tokens.length) {
    if (conditions.length > 0 && !is('and')) return null;
    const field = tokens[at] ?? '';
    at += 1;
    if (filterKindOf(collection, field) === 'none') return null;
    if (is('is')) {
      const operator = is('not') ? 'is not null' : 'is null';
      if (!is('null')) return null;
      conditions.push({ field, operator, values: [] });
      continue;
    }
    const values: string[] = [];
    const operator = tokens[at]?.toLowerCase() ?? '';
    at += 1;
    if (operator === 'in') {
      if (!is('(')) return null;
      do {
        const value = valueOf(tokens[at]);
        if (value === null) return null;
        values.push(value);
        at += 1;
      } while (is(','));
      if (!is(')')) return null;
    } else {
      const value = valueOf(tokens[at]);
      if (value === null || !operators.has(operator)) return null;
      values.push(value);
      at += 1;
    }
    conditions.push({ field, operator: operator as Operator, values });
  }
  return conditions;
}

const operators: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=', 'contains']);
const words: ReadonlySet<string> = new Set(['and', 'or', 'not', 'null', 'is', 'in', 'contains']);

function tokensOf(filter: string): readonly string[] | null {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const text = filter.trimEnd();
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return null;
    tokens.push(match[0].trim());
  }
  return tokens;
}

function valueOf(source: string | undefined): string | null {
  if (source === undefined) return null;
  const quote = source.charAt(0);
  if (quote === "'" || quote === '"') return source.slice(1, -1).replaceAll(quote + quote, quote);
  return /^(?:-?\d|true$|false$)/i.test(source) && !words.has(source.toLowerCase()) ? source : null;
}
