import { segmentRoots } from '@concord/protocol';
import { scalarProblem } from './scalar.ts';
import { isScalar, type FieldSet, type ScalarSchema, type SetSchema, type SharedSchema } from './schema.ts';
import { memberProblem } from './validate.ts';
import { scalarsRoot } from './read.ts';

/**
 * What the entries of a part's documents may be: the rules by which the schema guard (R1) judges them, and by
 * which a client can judge what it is about to write. Each function returns what is wrong, as in "must be …",
 * or null.
 */
export type RootRule =
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, ScalarSchema> }
  /** A Y.Map that the server alone writes. */
  | { readonly kind: 'owned'; readonly name: string }
  | SharedSchema;

/** The root types that a document of this collection may have, by name. */
export function rootRules({ fields }: FieldSet): ReadonlyMap<string, RootRule> {
  const scalars = new Map<string, ScalarSchema>();
  const rules = new Map<string, RootRule>([[scalarsRoot, { kind: 'fields', fields: scalars }]]);
  for (const [name, field] of fields) {
    if (isScalar(field)) scalars.set(name, field);
    else rules.set(field.root, field);
  }
  return rules;
}

/** The same of a segment of a log. */
export const segmentRules: ReadonlyMap<string, RootRule> = new Map(
  Object.values(segmentRoots).map((name) => [name, { kind: 'owned', name }]),
);

/** An entry of `fields`, or of a list's row. Null says that there is no value, and is always allowed. */
export function scalarEntryProblem(fields: ReadonlyMap<string, ScalarSchema>, name: string, value: unknown): string | null {
  const field = fields.get(name);
  if (field === undefined) return 'is no field';
  return value === null ? null : scalarProblem(field, value);
}

/** An entry of a counter: a client's id, and the sum of what that client has added. */
export function counterEntryProblem(client: string, sum: unknown): string | null {
  if (!/^(?:0|[1-9]\d{0,9})$/.test(client) || Number(client) >= 2 ** 32) return 'must be kept by client id';
  return Number.isSafeInteger(sum) ? null : 'must be a whole number';
}

/** An entry of a set: a member, and `true`. */
export function setEntryProblem(field: SetSchema, member: string, value: unknown): string | null {
  return memberProblem(field, member) ?? (value === true ? null : 'must hold true for each member');
}
