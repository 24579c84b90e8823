import { ConcordError, type RecordView } from '@concord/protocol';
import { comparableOf, namesOf } from '../comparable.ts';
import type { VisibleCollection } from '../schema.ts';
import { compileCondition, literalOf, type Literal, type Predicate } from './condition.ts';
import { filterError, tokenize, type Token } from './tokens.ts';

/** A filter that has been parsed. */
export interface Filter {
  /** As it was given. */
  readonly text: string;
  /** The fields it reads. */
  readonly fields: ReadonlySet<string>;
  matches(view: RecordView): boolean;
}

const maxDepth = 32;
const maxListed = 100;

/**
 * Parses a filter expression on the fields of a collection; the README has the language. Takes time linear
 * in the length, which `limits.maxFilterChars` bounds.
 *
 * Throws `invalid_filter`: its message names the place and what was expected there.
 */
export function parseFilter(text: string, collection: VisibleCollection): Filter {
  const { maxFilterChars } = collection.limits;
  if (text.length > maxFilterChars)
    throw new ConcordError('invalid_filter', { message: `A filter has at most ${maxFilterChars} characters.` });
  const parser = new Parser(text, collection);
  const matches = parser.parse();
  return { text, fields: parser.fields, matches };
}

class Parser {
  readonly fields: Set<string> = new Set();
  readonly #source: string;
  readonly #collection: VisibleCollection;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: string, collection: VisibleCollection) {
    this.#source = source;
    this.#collection = collection;
    this.#tokens = tokenize(source);
  }

  parse(): Predicate {
    const predicate = this.#or(0);
    if (this.#peek().kind !== 'end') this.#fail(this.#peek(), 'Expected "and", "or" or the end');
    return predicate;
  }

  #or(depth: number): Predicate {
    const terms = [this.#and(depth)];
    while (this.#takes('word', 'or')) terms.push(this.#and(depth));
    return terms.length === 1 && terms[0] !== undefined ? terms[0] : (view) => terms.some((term) => term(view));
  }

  #and(depth: number): Predicate {
    const terms = [this.#term(depth)];
    while (this.#takes('word', 'and')) terms.push(this.#term(depth));
    return terms.length === 1 && terms[0] !== undefined ? terms[0] : (view) => terms.every((term) => term(view));
  }

  #term(depth: number): Predicate {
    const token = this.#take();
    if (depth >= maxDepth) this.#fail(token, `Expected at most ${maxDepth} levels of parentheses and "not"`);
    if (token.kind === 'word' && token.text === 'not') {
      const inner = this.#term(depth + 1);
      return (view) => !inner(view);
    }
    if (token.kind === 'symbol' && token.text === '(') {
      const inner = this.#or(depth + 1);
      if (!this.#takes('symbol', ')')) this.#fail(this.#peek(), 'Expected "and", "or" or ")"');
      return inner;
    }
    if (token.kind !== 'name') this.#fail(token, 'Expected a field, "not" or "("');
    return this.#condition(token);
  }

  #condition(name: Token): Predicate {
    const comparable = comparableOf(this.#collection, name.text);
    if (comparable === null) {
      this.#fail(
        name,
        `There is no field "${name.text.slice(0, 80)}" in ${this.#collection.name}: expected one of ${namesOf(this.#collection).join(', ')},`,
      );
    }
    this.fields.add(name.text);
    const operator = this.#take();
    const fail = (token: Token, message: string): never => this.#fail(token, message);
    const condition = { name, comparable, operator, fail };
    if (operator.kind === 'word' && operator.text === 'is') {
      const negated = this.#takes('word', 'not');
      if (!this.#takes('word', 'null')) this.#fail(this.#peek(), negated ? 'Expected "null"' : 'Expected "null" or "not null"');
      return compileCondition({ ...condition, operation: negated ? '!=' : '=', values: [{ value: null, token: operator }] });
    }
    if (operator.kind === 'word' && operator.text === 'in')
      return compileCondition({ ...condition, operation: 'in', values: this.#list() });
    const isOperator = operator.kind === 'symbol' && !['(', ')', ','].includes(operator.text);
    if (!isOperator && !(operator.kind === 'word' && operator.text === 'contains')) {
      this.#fail(operator, 'Expected one of = != < <= > >= in contains is');
    }
    return compileCondition({ ...condition, operation: operator.text, values: [this.#value()] });
  }

  #list(): readonly Literal[] {
    if (!this.#takes('symbol', '(')) this.#fail(this.#peek(), 'Expected "("');
    const values = [this.#value()];
    while (this.#takes('symbol', ',')) {
      if (values.length >= maxListed) this.#fail(this.#peek(), `Expected at most ${maxListed} values`);
      values.push(this.#value());
    }
    if (!this.#takes('symbol', ')')) this.#fail(this.#peek(), 'Expected "," or ")"');
    return values;
  }

  #value(): Literal {
    const token = this.#take();
    return literalOf(token) ?? this.#fail(token, "Expected a value: 'text', a number, true, false or null");
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', start: this.#source.length, end: this.#source.length };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #takes(kind: Token['kind'], text: string): boolean {
    const token = this.#peek();
    if (token.kind !== kind || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #fail(token: Token, message: string): never {
    throw filterError(this.#source, token.start, message);
  }
}
