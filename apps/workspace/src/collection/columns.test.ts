import { compileConfig, field, type VisibleCollection } from '@concord/schema';
import { expect, it } from 'vitest';
import { columnsOf, usualColumns } from './columns.ts';
import { titleOf } from './title-field.ts';

const collections = compileConfig(
  {
    collections: {
      projects: {
        fields: {
          code: field.string(),
          title: field.string(),
          stage: field.enum(['a', 'b']),
          lead: field.string(),
          due: field.date(),
          brief: field.richText(),
          tasks: field.list({ task: field.string() }),
          tags: field.set(),
        },
      },
      readings: { fields: { value: field.number() } },
    },
  },
  'test',
).collections;
const projects = collections.get('projects') as VisibleCollection;
const readings = collections.get('readings') as VisibleCollection;

it('begins with what a record is called, and leaves out what fits in no cell', () => {
  expect(usualColumns(projects)).toEqual(['title', 'code', 'stage', 'lead', 'due', 'tags', 'updatedAt']);
  expect(
    columnsOf(projects)
      .map(({ name }) => name)
      .slice(0, 2),
  ).toEqual(['title', 'code']);
  expect(columnsOf(projects).find(({ name }) => name === 'brief')?.isSortable).toBe(false);
});

it('calls records by their ids where there is nothing else', () => {
  expect(usualColumns(readings)).toEqual(['id', 'value', 'updatedAt']);
  expect(titleOf(readings, { id: 'r-1' })).toBe('r-1');
  expect(titleOf(projects, { id: '1', title: ' ' })).toBe('Untitled project');
});
