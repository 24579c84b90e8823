import type { VisibleCollection } from '@concord/schema';
import { holdsPeople } from '../people/person.ts';
import { dateWords } from '../words/dates.ts';
import { wordsOf } from '../words/words.ts';
import { filterKindOf, type Condition, type FilterKind } from './condition.ts';

/** What is asked of one field: one chip, however many comparisons it takes. */
export interface Chip {
  readonly field: string;
  readonly conditions: readonly Condition[];
}

/** The conditions by field, in order of appearance. */
export function chipsOf(conditions: readonly Condition[]): readonly Chip[] {
  const chips = new Map<string, Condition[]>();
  for (const condition of conditions) chips.set(condition.field, [...(chips.get(condition.field) ?? []), condition]);
  return [...chips].map(([field, all]) => ({ field, conditions: all }));
}

/** The conditions with those of one field put in the place of what was asked of it; none takes them out. */
export function withChip(conditions: readonly Condition[], { field, conditions: next }: Chip): readonly Condition[] {
  const at = conditions.findIndex((condition) => condition.field === field);
  const others = conditions.filter((condition) => condition.field !== field);
  return at < 0 ? [...others, ...next] : [...others.slice(0, at), ...next, ...others.slice(at)];
}

/** What a field is for who filters by it: somebody, where it holds a user's id. */
export function chipKindOf(collection: VisibleCollection, name: string): FilterKind {
  const field = collection.fields.get(name);
  return field !== undefined && field.kind === 'string' && holdsPeople(field) ? 'user' : filterKindOf(collection, name);
}

/** What one field is asked for, in words: `open or waiting`, `from 2 to 5`, `contains “lamp”`. */
export function chipWords(collection: VisibleCollection, { field, conditions }: Chip, nameOf: (id: string) => string): string {
  const kind = chipKindOf(collection, field);
  return conditions.map((condition) => conditionWords(kind, condition, nameOf)).join(' ');
}

function conditionWords(kind: FilterKind, { operator, values }: Condition, nameOf: (id: string) => string): string {
  const say = (value: string): string => {
    if (kind === 'enum') return wordsOf(value);
    if (kind === 'boolean') return value === 'true' ? 'yes' : 'no';
    if (kind === 'date') return dateWords(value);
    if (kind === 'user' || kind === 'ref') return nameOf(value);
    return kind === 'text' || kind === 'set' ? `“${value}”` : value;
  };
  const shown = values.map(say);
  const [only = ''] = shown;
  switch (operator) {
    case 'is null':
      return 'is empty';
    case 'is not null':
      return 'is not empty';
    case 'in':
      return alternatives.format(shown);
    case '=':
      return kind === 'text' ? `is ${only}` : only;
    case '!=':
      return `is not ${only}`;
    case 'contains':
      return kind === 'set' ? `has ${only}` : `contains ${only}`;
    case '>=':
      return `from ${only}`;
    case '<=':
      return `to ${only}`;
    case '>':
      return kind === 'date' ? `after ${only}` : `above ${only}`;
    case '<':
      return kind === 'date' ? `before ${only}` : `below ${only}`;
  }
}

const alternatives = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** The day after, or before: a date filter ends before the day after the one that is chosen, so that all of it counts. */
export function dayBeside(day: string, by: 1 | -1): string {
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return day;
  at.setUTCDate(at.getUTCDate() + by);
  return at.toISOString().slice(0, 10);
}
