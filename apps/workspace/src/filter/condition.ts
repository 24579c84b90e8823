import type { FieldSchema, VisibleCollection } from '@concord/schema';

/** One comparison of a filter: what a chip shows. */
export interface Condition {
  readonly field: string;
  readonly operator: Operator;
  /** As they are typed, without quotes; one but for `in`, none for `is null`. */
  readonly values: readonly string[];
}

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'in' | 'is null' | 'is not null';

/** What a field is for who filters by it; the system's fields have one, too. */
export type FilterKind = 'text' | 'number' | 'boolean' | 'date' | 'enum' | 'set' | 'user' | 'ref' | 'none';

const systemKinds: Readonly<Record<string, FilterKind>> = {
  id: 'text',
  version: 'number',
  createdAt: 'date',
  createdBy: 'user',
  updatedAt: 'date',
  updatedBy: 'user',
};

export function filterKindOf(collection: VisibleCollection, name: string): FilterKind {
  const field = collection.fields.get(name);
  return field === undefined ? (systemKinds[name] ?? 'none') : kindOf(field);
}

function kindOf(field: FieldSchema): FilterKind {
  switch (field.kind) {
    case 'string':
    case 'text':
    case 'richText':
      return 'text';
    case 'number':
    case 'counter':
      return 'number';
    case 'boolean':
    case 'date':
    case 'enum':
    case 'set':
    case 'ref':
      return field.kind;
    case 'json':
    case 'list':
    case 'members':
      return 'none';
  }
}

/** The conditions in the server's filter language, all of which have to hold. Empty where there are none. */
export function filterOf(collection: VisibleCollection, conditions: readonly Condition[]): string {
  return conditions.map((condition) => termOf(collection, condition)).join(' and ');
}

function termOf(collection: VisibleCollection, { field, operator, values }: Condition): string {
  if (operator === 'is null' || operator === 'is not null') return `${field} ${operator}`;
  const kind = filterKindOf(collection, field);
  const isBare = kind === 'number' || kind === 'boolean';
  const literals = values.map((value) => (isBare ? value : `'${value.replaceAll("'", "''")}'`));
  return operator === 'in' ? `${field} in (${literals.join(', ')})` : `${field} ${operator} ${literals[0] ?? "''"}`;
}
