import { personColor } from '@concord/protocol';

/** A user as the page shows them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
}

/** Somebody of whom the id is known, and the name perhaps. */
export function personOf(id: string, name?: string): Person {
  return { id, name: name === undefined || name.trim() === '' ? id : name, color: personColor(id) };
}

/** Fields that hold a user's id, by what they are called: the schema has no kind for that. */
const personFields =
  /^(?:assignees?|owners?|leads?|authors?|reviewers?|approvers?|members|watchers|participants|requesters?|reporters?|managers?)$/i;

export function holdsPeople(field: { readonly name: string; readonly kind: string }): boolean {
  return (field.kind === 'string' || field.kind === 'set') && personFields.test(field.name);
}
