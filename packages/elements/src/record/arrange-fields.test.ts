import { compileConfig, field, type FieldSet } from '@concord/schema';
import { expect, it } from 'vitest';
import { titleOf } from '../controls/record-title.ts';
import { arrangeFields, chooseFields } from './arrange-fields.ts';

const fields = {
  notes: field.richText(),
  status: field.enum(['a']),
  title: field.string(),
  lines: field.list({ x: field.string() }),
  due: field.date(),
};
const schema = compileConfig({ collections: { tickets: { fields } } }, 'test').collections.get('tickets') as FieldSet;

it('shows all fields, or those that are named, in that order', () => {
  expect(chooseFields(schema, undefined)).toEqual(['notes', 'status', 'title', 'lines', 'due']);
  expect(chooseFields(schema, 'due, title  nothing,due')).toEqual(['due', 'title']);
});

it('puts the title on top, short fields aside', () => {
  expect(arrangeFields(schema, chooseFields(schema, undefined))).toEqual({
    title: 'title',
    side: ['status', 'due'],
    main: ['notes', 'lines'],
  });
  expect(arrangeFields(schema, ['status', 'notes'])).toEqual({ title: undefined, side: ['status'], main: ['notes'] });
});

it('calls a record by its title, or by its id', () => {
  expect(titleOf({ id: '7', title: 'Lamp' }, 'title')).toBe('Lamp');
  expect(titleOf({ id: '7', title: ' ' }, 'title')).toBe('7');
  expect(titleOf({ id: '7' }, undefined)).toBe('7');
});
