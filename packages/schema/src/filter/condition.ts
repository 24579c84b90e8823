import type { Json, RecordView } from '@concord/protocol';
import { orderKey, valueOf, type Comparable } from '../comparable.ts';
import { instantOf } from '../date.ts';
import type { RichTextDoc } from '../rich-text/nodes.ts';
import { richTextToPlainText } from '../rich-text/plain-text.ts';
import type { Token } from './tokens.ts';

export type Predicate = (view: RecordView) => boolean;

export interface Literal {
  readonly value: string | number | boolean | null;
  readonly token: Token;
}

/** One comparison of a field with values. */
export interface Condition {
  readonly name: Token;
  readonly comparable: Comparable;
  readonly operator: Token;
  readonly operation: string;
  readonly values: readonly Literal[];
  fail(token: Token, message: string): never;
}

/** The value a token stands for, or null where it stands for none. */
export function literalOf(token: Token): Literal | null {
  if (token.kind === 'string') return { value: token.text, token };
  if (token.kind === 'number' && Number.isFinite(Number(token.text))) return { value: Number(token.text), token };
  if (token.kind !== 'word') return null;
  if (token.text === 'null') return { value: null, token };
  return token.text === 'true' || token.text === 'false' ? { value: token.text === 'true', token } : null;
}

const equality = ['=', '!=', 'in'];
const ordering = [...equality, '<', '<=', '>', '>='];
/** What may be asked of which kind, beside being null. */
const operationsOf: { readonly [Kind in Comparable['kind']]: readonly string[] } = {
  string: [...ordering, 'contains'],
  number: ordering,
  boolean: equality,
  date: ordering,
  enum: ordering,
  text: ['=', '!=', 'contains'],
  richText: ['contains'],
  set: ['contains'],
  members: ['contains'],
  list: [],
  json: [],
};

/** Checks that the comparison makes sense, and turns it into a test of a view. */
export function compileCondition(condition: Condition): Predicate {
  const { name, comparable, operation, operator, values } = condition;
  const [first] = values;
  if (first?.value === null && (operation === '=' || operation === '!=')) return nullTest(condition);
  const possible = operationsOf[comparable.kind];
  if (!possible.includes(operation)) {
    const others = [...possible, ...(comparable.nullable ? ['is null', 'is not null'] : [])];
    condition.fail(
      operator,
      `"${operation}" does not apply to ${name.text} (${comparable.kind}): expected ${others.length === 0 ? 'another field' : others.join(' ')}`,
    );
  }
  for (const literal of values) checkLiteral(condition, literal);
  if (operation === 'contains') return containsTest(name.text, comparable, String(first?.value));
  const keys = values.map(({ value }) => orderKey(comparable, value));
  if (operation === 'in') {
    const accepted = new Set(keys);
    return (view) => holds(orderKey(comparable, valueOf(view, name.text)), (key) => accepted.has(key));
  }
  const [wanted] = keys;
  const test = comparisons[operation];
  if (test === undefined || wanted === undefined || wanted === null) return condition.fail(operator, 'Expected a comparison');
  return (view) => holds(orderKey(comparable, valueOf(view, name.text)), (key) => test(key, wanted));
}

type Key = string | number;
const comparisons: { readonly [operation: string]: (a: Key, b: Key) => boolean } = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Nothing compares with null, not even by `!=`. */
function holds(key: Key | null, test: (key: Key) => boolean): boolean {
  return key !== null && test(key);
}

function nullTest({ name, comparable, operation, operator, fail }: Condition): Predicate {
  if (!comparable.nullable) fail(operator, `${name.text} (${comparable.kind}) is never null: expected another comparison`);
  const isNull: Predicate = (view) => (valueOf(view, name.text) ?? null) === null;
  return operation === '=' ? isNull : (view) => !isNull(view);
}

function checkLiteral({ name, comparable, fail }: Condition, { value, token }: Literal): void {
  switch (comparable.kind) {
    case 'number':
      if (typeof value !== 'number') fail(token, `Expected a number for ${name.text}`);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') fail(token, `Expected true or false for ${name.text}`);
      return;
    case 'date':
      if (typeof value !== 'string' || instantOf(value) === null)
        fail(token, `Expected a date in quotes ('2026-11-21' or '2026-11-21T10:00:00Z') for ${name.text}`);
      return;
    case 'enum':
      if (typeof value !== 'string' || !comparable.values.includes(value))
        fail(token, `Expected one of '${comparable.values.join("', '")}' for ${name.text}`);
      return;
    default:
      if (typeof value !== 'string') fail(token, `Expected text in quotes for ${name.text}`);
  }
}

/** In strings and texts in any case; in sets and members the member exactly. */
function containsTest(name: string, comparable: Comparable, wanted: string): Predicate {
  if (comparable.kind === 'set') {
    return (view) => {
      const members = valueOf(view, name);
      return Array.isArray(members) && members.includes(wanted);
    };
  }
  if (comparable.kind === 'members') {
    return (view) => {
      const members = valueOf(view, name);
      return typeof members === 'object' && members !== null && Object.hasOwn(members, wanted);
    };
  }
  const needle = wanted.toLowerCase();
  return (view) => textOf(comparable, valueOf(view, name))?.toLowerCase().includes(needle) ?? false;
}

function textOf(comparable: Comparable, value: Json | undefined): string | null {
  if (comparable.kind === 'richText')
    return typeof value === 'object' && value !== null ? richTextToPlainText(value as RichTextDoc) : null;
  return typeof value === 'string' ? value : null;
}
