import { createContext, use, type ReactNode } from 'react';
import { personOf, type Person } from './person.ts';

const PeopleContext = createContext<readonly Person[]>([]);

/** Who is known by name: the demo people, and oneself. */
export function PeopleProvider({ people, children }: { people: readonly Person[]; children: ReactNode }): ReactNode {
  return <PeopleContext value={people}>{children}</PeopleContext>;
}

export function usePeople(): { readonly people: readonly Person[]; of(id: string): Person } {
  const people = use(PeopleContext);
  return { people, of: (id) => people.find((person) => person.id === id) ?? personOf(id) };
}
