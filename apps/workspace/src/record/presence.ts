import type { Awareness } from 'y-protocols/awareness';
import { personOf, type Person } from '../session/person.ts';

/** One tab with this record open. */
export interface Visitor {
  readonly clientId: number;
  readonly person: Person;
  /** The field that has their focus. */
  readonly field: string | null;
  /** This very tab. */
  readonly self: boolean;
}

/** Everyone here, oneself first. What other clients say of themselves is read with care. */
export function visitorsOf(awareness: Awareness): readonly Visitor[] {
  const visitors: Visitor[] = [];
  for (const [clientId, state] of awareness.getStates()) {
    const user: unknown = state['user'];
    if (typeof user !== 'object' || user === null) continue;
    const { id, name, color } = user as Record<string, unknown>;
    const field: unknown = state['field'];
    visitors.push({
      clientId,
      person: personOf(typeof id === 'string' ? id : typeof name === 'string' ? name : `client ${clientId}`, name, color),
      field: typeof field === 'string' ? field : null,
      self: clientId === awareness.clientID,
    });
  }
  return visitors.sort((a, b) => Number(b.self) - Number(a.self) || a.clientId - b.clientId);
}

/** Each person once, however many tabs they have open. */
export function peopleOf(visitors: readonly Visitor[]): readonly Visitor[] {
  const seen = new Set<string>();
  return visitors.filter(({ person }) => !seen.has(person.id) && seen.add(person.id));
}
