import { useMemo, type ReactNode } from 'react';
import { usePerson } from '../people/people.tsx';
import { RecordName } from './record-name.tsx';
import { textParts } from './text-parts.ts';

/** What an entry says in one line: people and records by their names. */
export function EntryText({ text }: { text: string }): ReactNode {
  const parts = useMemo(() => textParts(text), [text]);
  return parts.map((part, index) => {
    if (typeof part === 'string') return part;
    if ('user' in part) return <PersonName key={index} id={part.user} />;
    return <RecordName key={index} collection={part.collection} id={part.record} />;
  });
}

function PersonName({ id }: { id: string }): ReactNode {
  return `@${usePerson(id).name}`;
}
