import type { Visitor } from '@concord/client';
import { colorOf, inkOn } from '../format/person-color.ts';

/** A person who is there, however many tabs they have open. */
export interface PersonHere {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  /** Reads well on `color`. */
  readonly ink: string;
}

/** The people behind these tabs, but not the one who looks; each once, by name. */
export function peopleOf(visitors: readonly Visitor[]): readonly PersonHere[] {
  const people = new Map<string, PersonHere>();
  for (const { user, isMe } of visitors) {
    if (isMe || people.has(user.id)) continue;
    const color = colorOf(user.id, user.color);
    people.set(user.id, { id: user.id, name: user.name.trim() || user.id, color, ink: inkOn(color) });
  }
  return Array.from(people.values()).toSorted((a, b) => a.name.localeCompare(b.name));
}
