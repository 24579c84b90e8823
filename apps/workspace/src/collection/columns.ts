import type { FieldSchema, VisibleCollection } from '@concord/schema';
import { holdsPeople } from '../people/person.ts';
import { wordsOf } from '../words/words.ts';
import { titleFieldOf } from './title-field.ts';

/** A column of a list: a field, or what the server says of every record. */
export interface Column {
  readonly name: string;
  readonly label: string;
  /** Undefined for what the server says. */
  readonly field: FieldSchema | undefined;
  readonly isTitle: boolean;
  readonly isSortable: boolean;
  readonly isNumeric: boolean;
  /** For `grid-template-columns`. */
  readonly width: string;
}

const systemColumns = { updatedAt: 'Changed', updatedBy: 'Changed by', createdAt: 'Created', createdBy: 'Created by', id: 'Id' };
const unsorted: ReadonlySet<string> = new Set(['richText', 'json', 'list', 'set', 'members']);
const mostShown = 6;

/** Everything that may be a column, in order: what the record is called, its fields, what the server says. */
export function columnsOf(collection: VisibleCollection): readonly Column[] {
  const title = titleFieldOf(collection);
  const fields = [...collection.fields.values()].toSorted((a, b) => Number(b.name === title) - Number(a.name === title));
  return [
    ...(title === null ? [systemColumn('id', true)] : []),
    ...fields.map((field) => fieldColumn(field, field.name === title)),
    ...Object.keys(systemColumns)
      .filter((name) => title !== null || name !== 'id')
      .map((name) => systemColumn(name, false)),
  ];
}

/** Those that are shown until somebody chooses others. */
export function usualColumns(collection: VisibleCollection): readonly string[] {
  const shown = columnsOf(collection).filter(
    ({ field, isTitle }) => isTitle || (field !== undefined && rankOf(field) < Infinity),
  );
  const kept = new Set(
    shown
      .toSorted((a, b) => rank(a) - rank(b))
      .slice(0, mostShown)
      .map(({ name }) => name),
  );
  return [...shown.filter(({ name }) => kept.has(name)).map(({ name }) => name), 'updatedAt'];
}

const rank = ({ isTitle, field }: Column): number => (isTitle || field === undefined ? -1 : rankOf(field));

/** What tells most at a glance comes first; what fits in no cell is left out. */
function rankOf(field: FieldSchema): number {
  if (holdsPeople(field)) return 1;
  switch (field.kind) {
    case 'enum':
      return 0;
    case 'members':
      return 1;
    case 'date':
      return 2;
    case 'ref':
      return 3;
    case 'number':
    case 'counter':
      return 4;
    case 'boolean':
    case 'set':
      return 5;
    case 'string':
      return 6;
    case 'text':
    case 'richText':
    case 'list':
    case 'json':
      return Infinity;
  }
}

function fieldColumn(field: FieldSchema, isTitle: boolean): Column {
  const isNumeric = field.kind === 'number' || field.kind === 'counter';
  return {
    name: field.name,
    label: wordsOf(field.name),
    field,
    isTitle,
    isSortable: !unsorted.has(field.kind),
    isNumeric,
    width: isTitle ? 'minmax(16rem, 1fr)' : widthOf(field),
  };
}

function widthOf(field: FieldSchema): string {
  if (holdsPeople(field)) return '9rem';
  switch (field.kind) {
    case 'enum':
      return '7.5rem';
    case 'number':
    case 'counter':
    case 'boolean':
      return '6rem';
    case 'date':
      return '8rem';
    case 'set':
    case 'ref':
    case 'list':
      return '11rem';
    default:
      return '12rem';
  }
}

function systemColumn(name: string, isTitle: boolean): Column {
  const isTime = name.endsWith('At');
  return {
    name,
    label: systemColumns[name as keyof typeof systemColumns],
    field: undefined,
    isTitle,
    isSortable: true,
    isNumeric: false,
    width: isTitle ? 'minmax(16rem, 1fr)' : isTime ? '8.5rem' : '9rem',
  };
}
