import type { ReactNode } from 'react';
import { inkOn, type Person } from '../session/person.ts';

interface AvatarProps {
  readonly person: Person;
  readonly small?: boolean;
  /** The name stands beside it already. */
  readonly decorative?: boolean;
}

export function Avatar({ person, small = false, decorative = false }: AvatarProps): ReactNode {
  return (
    <span
      className={small ? 'avatar avatar-small' : 'avatar'}
      style={{ backgroundColor: person.color, color: inkOn(person.color) }}
      {...(decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': person.name, title: person.name })}
    >
      {initialOf(person.name)}
    </span>
  );
}

/** The first character as people count them. */
function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name);
  return first?.segment.toUpperCase() ?? '';
}
