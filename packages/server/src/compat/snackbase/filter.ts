import { ConcordError } from '@concord/protocol';
import { parseFilter, type Filter, type VisibleCollection } from '@concord/schema';
import { filterFault, tokenizeFilter, type FilterToken } from './filter-tokens.ts';
import { concordName } from './names.ts';

const maxDepth = 32;

/**
 * Parses a filter of SnackBase on what somebody may see of a collection:
 *
 *     or        = and { "||" and }
 *     and       = not { "&&" not }
 *     not       = "!" not | "(" or ")" | condition
 *     condition = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value | field "~" pattern
 *               | field "IN" "(" value { "," value } ")" | field "IS" [ "NOT" ] "NULL"
 *
 * It is translated into Concord's language, which then decides what may be asked of which field. Throws
 * `invalid_filter`.
 */
export function parseSnackbaseFilter(text: string, collection: VisibleCollection): Filter {
  const { maxFilterChars } = collection.limits;
  if (text.length > maxFilterChars)
    throw new ConcordError('invalid_filter', { field: 'filter', message: `A filter has at most ${maxFilterChars} characters` });
  const translated = translateFilter(text, collection);
  try {
    return parseFilter(translated, collection);
  } catch (error) {
    if (!(error instanceof ConcordError)) throw error;
    // Its places are those of the translation.
    const [message = ''] = error.message.split('\n');
    const field = 'filter';
    throw new ConcordError('invalid_filter', { field, message: message.replace(/ at position \d+\.$/, ''), cause: error });
  }
}

/** The same filter in Concord's language. */
export function translateFilter(text: string, collection: VisibleCollection): string {
  return new Translator(text, collection).translate();
}

class Translator {
  readonly #collection: VisibleCollection;
  readonly #tokens: readonly FilterToken[];
  #next = 0;

  constructor(text: string, collection: VisibleCollection) {
    this.#collection = collection;
    this.#tokens = tokenizeFilter(text);
  }

  translate(): string {
    const whole = this.#or(0);
    if (this.#peek().kind !== 'end') this.#fail(this.#peek(), 'Expected &&, || or the end');
    return whole;
  }

  #or(depth: number): string {
    const terms = [this.#and(depth)];
    while (this.#takes('||')) terms.push(this.#and(depth));
    return terms.join(' or ');
  }

  #and(depth: number): string {
    const terms = [this.#not(depth)];
    while (this.#takes('&&')) terms.push(this.#not(depth));
    return terms.join(' and ');
  }

  #not(depth: number): string {
    const token = this.#take();
    if (depth >= maxDepth) this.#fail(token, `Expected at most ${maxDepth} levels`);
    if (token.kind === 'symbol' && token.text === '!') return `not ${this.#not(depth + 1)}`;
    if (token.kind === 'symbol' && token.text === '(') {
      const inner = this.#or(depth + 1);
      this.#expect(')');
      return `(${inner})`;
    }
    if (token.kind !== 'name') this.#fail(token, 'Expected a field, ! or (');
    return this.#condition(token);
  }

  #condition({ text, start }: FilterToken): string {
    const name = concordName(text, this.#collection);
    if (name === undefined) throw filterFault(`Unknown field '${text.slice(0, 80)}'`, start);
    const operator = this.#take();
    if (operator.kind === 'keyword' && operator.text === 'is') {
      const negated = this.#takes('not') ? 'not ' : '';
      this.#expect('null');
      return `${name} is ${negated}null`;
    }
    if (operator.kind === 'keyword' && operator.text === 'in') return `${name} in (${this.#list()})`;
    if (operator.kind !== 'symbol') this.#fail(operator, 'Expected = != > >= < <= ~ IN or IS');
    if (operator.text === '~') return `${name} contains ${quote(this.#pattern())}`;
    if (['(', ')', ',', '!', '&&', '||'].includes(operator.text)) this.#fail(operator, 'Expected = != > >= < <= ~ IN or IS');
    return `${name} ${operator.text} ${this.#value()}`;
  }

  #list(): string {
    this.#expect('(');
    const values = [this.#value()];
    while (this.#takes(',')) values.push(this.#value());
    this.#expect(')');
    return values.join(', ');
  }

  #value(): string {
    const token = this.#take();
    if (token.kind === 'string') return quote(token.text);
    if (token.kind === 'number' || (token.kind === 'keyword' && ['null', 'true', 'false'].includes(token.text)))
      return token.text;
    return this.#fail(token, 'Expected a value');
  }

  /** `%` at both ends, or none: that finds the text anywhere. Other patterns have no counterpart. */
  #pattern(): string {
    const token = this.#take();
    if (token.kind !== 'string') this.#fail(token, 'Expected text in quotes');
    const text =
      token.text.length > 1 && token.text.startsWith('%') && token.text.endsWith('%') ? token.text.slice(1, -1) : token.text;
    if (text.includes('%')) this.#fail(token, "Expected text, or '%text%'");
    return text;
  }

  #peek(): FilterToken {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] as FilterToken;
  }

  #take(): FilterToken {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #takes(text: string): boolean {
    const token = this.#peek();
    if ((token.kind !== 'symbol' && token.kind !== 'keyword') || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) this.#fail(this.#peek(), `Expected ${text.toUpperCase()}`);
  }

  #fail(token: FilterToken, message: string): never {
    throw filterFault(message, token.start);
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
