import type { ReactNode } from 'react';
import type { Person } from '../people/person.ts';

interface AvatarProps {
  readonly person: Person;
  readonly size?: 'tiny' | 'small' | 'medium' | 'large';
  /** The name stands beside it already. */
  readonly isDecorative?: boolean;
  /** What is said instead of the name alone, as in `Ada is here`. */
  readonly label?: string;
}

export function Avatar({ person, size = 'small', isDecorative = false, label = person.name }: AvatarProps): ReactNode {
  return (
    <span
      className={`avatar avatar-${size}`}
      style={{ backgroundColor: person.color }}
      data-person={person.id}
      {...(isDecorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label, title: label })}
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
