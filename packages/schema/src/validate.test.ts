import { ConcordError } from '@concord/protocol';
import { describe, expect, it } from 'vitest';
import { changedFields, jsonSchemaOf, parseFieldSelection, previousValues, validateFields, type WriteMode } from './index.ts';
import { tickets } from './testing.ts';

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ConcordError) return `${error.code} ${error.field ?? '-'}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

describe('validateFields', () => {
  it('fills in defaults and leaves the rest out at a create', () => {
    expect(validateFields(tickets, { title: 'A' }, 'create')).toEqual({ title: 'A', code: 'none', status: 'open' });
  });

  it('looks only at what is given at an update', () => {
    expect(validateFields(tickets, { estimate: null, due: undefined }, 'update')).toEqual({ estimate: null });
  });

  it('completes rows, sorts members and takes an increment', () => {
    const input = { lines: [{ item: 'a' }], tags: ['b', 'a', 'b'], likes: { increment: 2 } };
    expect(validateFields(tickets, input, 'update')).toEqual({
      lines: [{ item: 'a', amount: null, paid: false }],
      tags: ['a', 'b'],
      likes: { increment: 2 },
    });
  });

  it.each<[string, WriteMode, unknown, string]>([
    ['a list', 'update', [], 'invalid_record -: A record is a JSON object.'],
    ['null', 'update', null, 'invalid_record -: A record is a JSON object.'],
    ['no title', 'create', {}, 'invalid_record title: is required'],
    ['title null', 'update', { title: null }, 'invalid_record title: is required'],
    ['an unknown field', 'update', { tittle: 'x' }, 'invalid_record tittle: is no field of tickets'],
    ['a system field', 'update', { version: 3 }, 'invalid_record version: is set by the server'],
    ['__proto__', 'update', JSON.parse('{"__proto__": {"a": 1}}'), 'invalid_record __proto__: is no field of tickets'],
    ['constructor', 'update', { constructor: 1 }, 'invalid_record constructor: is no field of tickets'],
    ['a number for text', 'update', { title: 7 }, 'invalid_record title: must be a string'],
    ['a long title', 'update', { title: 'x'.repeat(21) }, 'invalid_record title: must have at most 20 characters'],
    ['a lone surrogate', 'update', { title: '\ud800' }, 'invalid_record title: must not hold a lone surrogate'],
    ['an enum', 'update', { status: 'gone' }, 'invalid_record status: must be one of open, waiting, closed'],
    ['below min', 'update', { estimate: -1 }, 'invalid_record estimate: must be at least 0'],
    ['infinity', 'update', { estimate: Infinity }, 'invalid_record estimate: must be a number'],
    ['a boolean', 'update', { urgent: 'true' }, 'invalid_record urgent: must be true or false'],
    ['a date', 'update', { due: '2026-13-01' }, 'invalid_record due: must be an RFC 3339 date'],
    ['a ref', 'update', { assignee: '../x' }, 'invalid_record assignee: must be the id of a record of tickets'],
    ['deep json', 'update', { meta: deep(257) }, 'invalid_record meta: is nested too deep'],
    ['large json', 'update', { meta: 'é'.repeat(50) }, 'invalid_record meta: must have at most 100 bytes as JSON'],
    [
      'json with __proto__',
      'update',
      { meta: JSON.parse('{"__proto__":1}') },
      'invalid_record meta: must not have a key "__proto__"',
    ],
    ['json that is none', 'update', { meta: new Date(0) }, 'invalid_record meta: must be JSON'],
    ['a long text', 'update', { source: 'x'.repeat(101) }, 'invalid_record source: must have at most 100 characters'],
    ['null as text', 'update', { source: null }, 'invalid_record source: must be a string'],
    ['a text as rich text', 'update', { notes: 'hi' }, 'invalid_record notes: must be a ProseMirror document'],
    [
      'a mistake in a row',
      'update',
      { lines: [{ item: 'a' }, { item: 'b', amount: -1 }] },
      'invalid_record lines.1.amount: must be at least 0',
    ],
    ['a row without what it needs', 'update', { lines: [{}] }, 'invalid_record lines.0.item: is required'],
    ['an unknown column', 'update', { lines: [{ item: 'a', x: 1 }] }, 'invalid_record lines.0.x: is no field of a row of lines'],
    [
      'too many rows',
      'update',
      { lines: Array.from({ length: 6 }, () => ({ item: 'a' })) },
      'invalid_record lines: must have at most 5 rows',
    ],
    ['half a like', 'update', { likes: 0.5 }, 'invalid_record likes: must be a whole number'],
    [
      'an increment with more',
      'update',
      { likes: { increment: 1, x: 1 } },
      'invalid_record likes.increment: must be a whole number, and nothing beside it',
    ],
    ['a member', 'update', { tags: ['a', 7] }, 'invalid_record tags.1: must be a string'],
    ['a long member', 'update', { tags: ['x'.repeat(11)] }, 'invalid_record tags.0: must have at most 10 characters'],
    ['too many members', 'update', { tags: ['a', 'b', 'c', 'd'] }, 'invalid_record tags: must have at most 3 members'],
  ])('refuses %s', (_name, mode, input, expected) => {
    expect(refusal(() => validateFields(tickets, input, mode))).toContain(expected);
  });

  it.each(['2026-02-28', '2024-02-29', '2026-11-21T10:00:00Z', '2026-11-21T10:00:00.123+05:30'])('takes %s as a date', (due) => {
    expect(validateFields(tickets, { due }, 'update')).toEqual({ due });
  });

  it.each([
    '2026-02-29',
    '2026-1-1',
    '2026-11-21T10:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T10:00:00',
    '2026-11-21T10:00:00+24:00',
    'now',
  ])('does not take %s as a date', (due) =>
    expect(refusal(() => validateFields(tickets, { due }, 'update'))).toContain('invalid_record due'),
  );
});

describe('changedFields and previousValues', () => {
  it('name what differs, in the order of the schema, whatever the order of keys', () => {
    const before = { title: 'A', meta: { a: 1, b: 2 }, source: 'x', tags: ['a'] };
    const after = { title: 'B', meta: { b: 2, a: 1 }, source: 'y', tags: ['a', 'b'] };
    expect(changedFields(tickets, before, after)).toEqual(['title', 'source', 'tags']);
    expect(previousValues(tickets, ['title', 'source', 'tags'], before)).toEqual({ title: 'A', tags: ['a'] });
  });
});

describe('parseFieldSelection', () => {
  const view = { id: '1', version: 2, createdAt: '', createdBy: '', updatedAt: '', updatedBy: '', title: 'A', status: 'open' };
  it('picks the named fields, and the id', () => {
    expect(parseFieldSelection('title, updatedBy', tickets).pick(view)).toEqual({ id: '1', title: 'A', updatedBy: '' });
  });
  it.each(['', 'title,', 'tittle', '__proto__', 'constructor'])('refuses "%s"', (text) => {
    expect(refusal(() => parseFieldSelection(text, tickets))).toContain('bad_request');
  });
});

describe('jsonSchemaOf', () => {
  it('describes views, creates and updates', () => {
    const view = jsonSchemaOf(tickets, 'view') as { required: string[]; properties: Record<string, unknown> };
    expect(view.required).toContain('version');
    expect(view.required).toContain('tags');
    expect(view.properties['estimate']).toEqual({ type: ['number', 'null'], minimum: 0 });
    expect(view.properties['status']).toEqual({ type: 'string', enum: ['open', 'waiting', 'closed'], default: 'open' });
    const create = jsonSchemaOf(tickets, 'create') as { required: string[]; properties: Record<string, unknown> };
    expect(create.required).toEqual(['title']);
    expect(create.properties['title']).toEqual({ type: 'string', maxLength: 20 });
    expect(create.properties).toHaveProperty('id');
    const update = jsonSchemaOf(tickets, 'update');
    expect(update['required']).toBeUndefined();
    expect(update['additionalProperties']).toBe(false);
  });
});
