import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConcordError, type RecordView } from '@concord/protocol';
import { compileConfig, parseFilter, type CollectionSchema } from '@concord/schema';
import config from '../kit/concord.config.ts';
import { startWatched } from './watched-server.ts';

let collection: CollectionSchema;
beforeAll(() => {
  collection = compileConfig(config, 'concord.config.ts').collections.get('everything') as CollectionSchema;
});

const view: RecordView = {
  id: 'e1',
  version: 1,
  createdAt: '2026-11-21T10:00:00.000Z',
  createdBy: 'ann',
  updatedAt: '2026-11-21T10:00:00.000Z',
  updatedBy: 'ann',
  name: 'Lamp',
  count: 3,
  done: null,
  due: '2026-11-21',
  kind: 'a',
  parent: null,
  meta: { a: [1] },
  body: 'text',
  rich: { type: 'doc', content: [] },
  lines: [],
  votes: 0,
  tags: ['x'],
};

const good = [
  "name = 'Lamp' and count >= 3",
  "not (kind in ('a', 'b')) or due < '2026-11-21T10:00:00Z'",
  "tags contains 'x' and done is not null",
  `body != "it""s" and (votes = -1.5e3 or rich contains 'y')`,
];
const words = [
  'and',
  'or',
  'not',
  'in',
  'is',
  'null',
  'contains',
  'true',
  'false',
  '(',
  ')',
  ',',
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
];
const values = [
  "'a'",
  "''",
  "'''",
  '"b"',
  "'",
  '"',
  '1',
  '-1',
  '1e999',
  '1.',
  '--1',
  "'2026-02-30'",
  '\0',
  '\u202E',
  '🐈',
  '\uD800',
  '\\',
  ';',
];
const names = [
  'name',
  'count',
  'kind',
  'due',
  'tags',
  'meta',
  'lines',
  'rich',
  'nothing',
  '__proto__',
  'constructor',
  'id',
  'NAME',
];

/** Parses, and matches where it parsed; the error where it was refused. Anything else that is thrown fails the test. */
function refusalOf(text: string): ConcordError | undefined {
  try {
    const filter = parseFilter(text, collection);
    expect(typeof filter.matches(view)).toBe('boolean');
    return undefined;
  } catch (error) {
    if (!(error instanceof ConcordError)) throw error;
    expect(error.code).toBe('invalid_filter');
    const [, position] = / at position ([0-9]+)\./.exec(error.message) ?? [];
    expect(Number(position), error.message).toBeGreaterThanOrEqual(1);
    expect(Number(position), error.message).toBeLessThanOrEqual(text.length + 1);
    expect(error.message.length).toBeLessThan(600);
    return error;
  }
}

it('names the place in any soup of tokens, and throws nothing else', () => {
  const token = fc.oneof(fc.constantFrom(...words, ...values, ...names), fc.string({ maxLength: 5, unit: 'binary' }));
  const soup = fc.tuple(fc.array(token, { maxLength: 40 }), fc.constantFrom('', ' ', '\n'));
  fc.assert(
    fc.property(soup, ([tokens, between]) => void refusalOf(tokens.join(between))),
    { numRuns: 5000 },
  );
});

it('names the place in any mutation of a filter that parses', () => {
  for (const text of good) expect(refusalOf(text)).toBeUndefined();
  const change = fc.record({ at: fc.nat(), length: fc.nat(6), put: fc.string({ maxLength: 3, unit: 'binary' }) });
  fc.assert(
    fc.property(fc.constantFrom(...good), fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
      const mutated = changes.reduce((so, { at, length, put }) => {
        const place = at % (so.length + 1);
        return so.slice(0, place) + put + so.slice(place + length);
      }, text);
      refusalOf(mutated);
    }),
    { numRuns: 5000 },
  );
});

describe('takes a time that is linear in its length, whatever it is:', () => {
  const long = 4096;
  const fill = (pattern: string): string => pattern.repeat(Math.ceil(long / pattern.length)).slice(0, long);
  it.each([
    ['opening parentheses', fill('(')],
    ['not', fill('not ')],
    ['quotes', fill("'")],
    ['an odd number of quotes', fill("'").slice(1)],
    ['pairs of quotes that never end', `name = '${fill("a''").slice(0, 4000)}`],
    ['both quotes in turn', fill(`'"`)],
    ['spaces', `name${' '.repeat(4000)}`],
    ['digits', `count = ${'9'.repeat(4000)}`],
    ['digits and points', `count = ${fill('1.').slice(0, 4000)}`],
    ['a name', fill('a')],
    ['ors', `${fill('count = 1 or ').slice(0, 4043)}count = 1`],
    ['a long list', `count in (${fill('1,').slice(0, 4000)}1)`],
    ['nested parentheses that close', `${'('.repeat(2000)}count=1${')'.repeat(2000)}`],
    ['operators', fill('<>=!')],
  ])('%s', (_what, text) => {
    const started = performance.now();
    for (let round = 0; round < 10; round++) {
      try {
        parseFilter(text.slice(0, long), collection).matches(view);
      } catch (error) {
        expect(error).toBeInstanceOf(ConcordError);
      }
    }
    expect((performance.now() - started) / 10).toBeLessThan(50);
  });
});

it('is refused by lists and feeds alike, naming the parameter', async () => {
  const server = await startWatched();
  const texts = ['', ' ', 'name', "name = '", 'nothing = 1', '((', 'x'.repeat(5000), "name = 'a' and", '\u0000', "count = 'x'"];
  for (const text of texts) {
    for (const path of [
      '/records/everything?',
      '/changes?collections=everything&',
      '/changes?feed=sse&collections=everything&',
    ]) {
      const answer = await server.fetch(`${path}filter=${encodeURIComponent(text)}`);
      expect(answer.status, text.slice(0, 40)).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: 'invalid_filter', field: 'filter' } });
    }
  }
  server.expectNoFaults();
});
