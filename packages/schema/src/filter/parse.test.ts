import { ConcordError, type RecordView } from '@concord/protocol';
import { describe, expect, it } from 'vitest';
import { parseFilter, parseSort } from '../index.ts';
import { tickets } from '../testing.ts';

const view: RecordView = {
  id: 't1',
  version: 3,
  createdAt: '2026-11-20T10:00:00.000Z',
  createdBy: 'ana',
  updatedAt: '2026-11-21T10:00:00.000Z',
  updatedBy: 'ben',
  title: "Ana's lamp",
  code: 'none',
  status: 'waiting',
  estimate: 2.5,
  urgent: false,
  due: '2026-11-21T12:00:00+02:00',
  assignee: null,
  meta: { a: 1 },
  source: 'Plain SOURCE text',
  notes: {
    type: 'doc',
    content: [
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'Rich ' },
          { type: 'text', text: 'Notes', marks: [{ type: 'bold' }] },
        ],
      },
    ],
  },
  lines: [],
  likes: 4,
  tags: ['home', 'light'],
};

describe('a filter matches', () => {
  it.each<[string, boolean]>([
    ["status = 'waiting'", true],
    ['status = "waiting"', true],
    ["status != 'waiting'", false],
    ["status > 'open'", true],
    ["status in ('open', 'closed')", false],
    ["title = 'Ana''s lamp'", true],
    ['title = "Ana\'s lamp"', true],
    ["title contains 'LAMP'", true],
    ["title contains ''", true],
    ["title >= 'An' and title < 'B'", true],
    ['estimate >= 2.5', true],
    ['estimate > 25e-1', false],
    ['estimate > -1', true],
    ['estimate in (1, 2.5)', true],
    ['urgent = false', true],
    ['urgent in (true)', false],
    ["due = '2026-11-21T10:00:00Z'", true],
    ["due > '2026-11-21'", true],
    ["due <= '2026-11-21'", false],
    ["createdAt < '2026-11-21'", true],
    ["updatedBy = 'ben' and version >= 3 and id = 't1'", true],
    ['assignee is null', true],
    ['assignee = null', true],
    ['assignee is not null', false],
    ['assignee != null', false],
    ["assignee = '7'", false],
    ["assignee != '7'", false],
    ["not assignee = '7'", true],
    ['meta is not null', true],
    ["source contains 'source'", true],
    ["source = 'Plain SOURCE text'", true],
    ["notes contains 'rich notes'", true],
    ["tags contains 'home'", true],
    ["tags contains 'hom'", false],
    ['likes = 4', true],
    ["status = 'open' or status = 'waiting' and estimate > 2", true],
    ["(status = 'open' or status = 'waiting') and estimate > 3", false],
    ["not (status = 'open' or estimate > 3)", true],
    ["NOT status = 'open' AND title CONTAINS 'ana' And assignee IS Null", true],
    ["not not status='waiting'", true],
    ["  status='waiting'\n\tand estimate<3 ", true],
  ])('%s → %s', (text, expected) => {
    expect(parseFilter(text, tickets).matches(view)).toBe(expected);
  });

  it('says which fields it reads', () => {
    expect([...parseFilter("status = 'open' and (estimate > 1 or createdBy = 'ana')", tickets).fields]).toEqual([
      'status',
      'estimate',
      'createdBy',
    ]);
  });

  it('treats a value that breaks the schema as none', () => {
    expect(parseFilter('estimate >= 0', tickets).matches({ ...view, estimate: 'many' })).toBe(false);
    expect(parseFilter("source contains 'x'", tickets).matches({ ...view, source: null })).toBe(false);
  });
});

function refusal(text: string): string {
  try {
    parseFilter(text, tickets);
  } catch (error) {
    if (error instanceof ConcordError && error.code === 'invalid_filter') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a filter is refused', () => {
  it.each<[string, string]>([
    ['', 'Expected a field, "not" or "(" at position 1.'],
    ['status', 'Expected one of = != < <= > >= in contains is at position 7.'],
    ['status =', "Expected a value: 'text', a number, true, false or null at position 9."],
    ['status = waiting', "Expected a value: 'text', a number, true, false or null at position 10."],
    ["status = 'waiting", "Expected a closing ' at position 10."],
    ["status == 'waiting'", 'Expected a value'],
    ["status = 'gone'", "Expected one of 'open', 'waiting', 'closed' for status at position 10."],
    ["status = 'open' status", 'Expected "and", "or" or the end at position 17.'],
    ["(status = 'open'", 'Expected "and", "or" or ")" at position 17.'],
    ["status = 'open')", 'Expected "and", "or" or the end at position 16.'],
    ["estimate = 'two'", 'Expected a number for estimate at position 12.'],
    ['estimate = 2x', 'Expected a field, a value or an operator at position 12.'],
    [
      "estimate contains '2'",
      '"contains" does not apply to estimate (number): expected = != in < <= > >= is null is not null at position 10.',
    ],
    ['title = 7', 'Expected text in quotes for title at position 9.'],
    ['urgent > true', '">" does not apply to urgent (boolean): expected = != in is null is not null at position 8.'],
    ['urgent = 1', 'Expected true or false for urgent at position 10.'],
    ["due = 'today'", "Expected a date in quotes ('2026-11-21' or '2026-11-21T10:00:00Z') for due at position 7."],
    ['meta = 1', '"=" does not apply to meta (json): expected is null is not null at position 6.'],
    ['tags is null', 'tags (set) is never null: expected another comparison at position 6.'],
    ["tags = 'a'", '"=" does not apply to tags (set): expected contains at position 6.'],
    ['lines = 1', '"=" does not apply to lines (list): expected another field at position 7.'],
    ['status is', 'Expected "null" or "not null" at position 10.'],
    ['status is not', 'Expected "null" at position 14.'],
    ['status in open', 'Expected "(" at position 11.'],
    ['status in ()', 'Expected a value'],
    ["status in ('open'", 'Expected "," or ")" at position 18.'],
    ['assignee in (null)', 'Expected text in quotes for assignee at position 14.'],
    ['estimate > null', 'Expected a number for estimate at position 12.'],
    ["tittle = 'x'", 'There is no field "tittle" in tickets: expected one of title, code,'],
    ["__proto__ = 'x'", 'There is no field "__proto__"'],
    ["constructor = 'x'", 'There is no field "constructor"'],
    ['status & 1', 'Expected a field, a value or an operator at position 8.'],
    [`${'('.repeat(33)}likes = 1${')'.repeat(33)}`, 'Expected at most 32 levels of parentheses and "not" at position 33.'],
    [`${'not '.repeat(5000)}`, 'A filter has at most 4096 characters.'],
    [`likes in (${Array.from({ length: 101 }, (_, index) => index).join()})`, 'Expected at most 100 values'],
  ])('%s', (text, expected) => {
    expect(refusal(text)).toContain(expected);
  });

  it('shows the place with a caret', () => {
    const lines = refusal("status = 'open'\nand estimate = 'two' and title = 'x'").split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]?.slice(lines[2]?.indexOf('^'))).toMatch(/^'two'/);
  });

  it('in no time, however it is made', () => {
    const started = performance.now();
    for (const text of [
      "'".repeat(4096),
      '('.repeat(4096),
      '9'.repeat(4096),
      'a'.repeat(4096),
      ' '.repeat(4096),
      `title = '${"''".repeat(2000)}`,
    ]) {
      expect(refusal(text)).not.toBe('accepted');
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('parseSort', () => {
  const views = [
    { ...view, id: 'a', status: 'closed', estimate: 1, due: '2026-01-02' },
    { ...view, id: 'b', status: 'open', estimate: null, due: '2026-01-01T23:00:00-05:00' },
    { ...view, id: 'c', status: 'waiting', estimate: 3, due: null },
    { ...view, id: 'd', status: 'open', estimate: 3, due: '2026-01-01' },
  ];
  it.each<[string, string]>([
    ['status', 'bdca'],
    ['-status', 'acbd'],
    ['estimate', 'acdb'],
    ['-estimate', 'cdab'],
    ['status,-estimate', 'dbca'],
    ['due', 'dabc'],
    ['-due', 'badc'],
    ['-id', 'dcba'],
    ['createdAt', 'abcd'],
  ])('%s → %s', (text, expected) => {
    const { compare } = parseSort(text, tickets);
    expect(
      views
        .toSorted(compare)
        .map(({ id }) => id)
        .join(''),
    ).toBe(expected);
  });

  it.each(['', '-', 'tittle', 'title,title', 'notes', 'tags', 'meta', 'title,', '__proto__', 'a,b,c,d,e,f,g,h,i'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseSort(text, tickets)).toThrow(expect.objectContaining({ code: 'invalid_sort' }));
    },
  );
});
