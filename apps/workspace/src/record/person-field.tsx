import type { LiveRecord } from '@concord/client';
import { ConcordError } from '@concord/protocol';
import { useField, usePresence } from '@concord/react';
import { useId, type ReactNode } from 'react';
import { useToast } from '../components/toast.tsx';
import { personOf } from '../people/person.ts';
import { PersonSelect } from '../people/person-select.tsx';
import { wordsOf } from '../words/words.ts';

/** A field that holds a user's id: somebody to choose, where the schema knows but a string. */
export function PersonField({ record, name }: { record: LiveRecord; name: string }): ReactNode {
  const id = useId();
  const field = useField(record, name);
  const others = usePresence(record, name);
  const tell = useToast();
  const [first] = others;

  function choose(next: string): void {
    try {
      field.set(next === '' ? null : next);
    } catch (error) {
      if (!(error instanceof ConcordError)) throw error;
      tell({ text: error.message, isBad: true });
    }
  }

  return (
    <div className="field" data-field={name}>
      <div className="field-head">
        <label htmlFor={id}>{wordsOf(name)}</label>
        {others.map(({ key, user }) => (
          <span key={key} className="field-visitor" style={{ backgroundColor: personOf(user.id).color }}>
            {user.name}
          </span>
        ))}
      </div>
      <PersonSelect
        id={id}
        value={typeof field.value === 'string' ? field.value : ''}
        disabled={!field.mayWrite}
        style={first === undefined ? undefined : { outline: `2px solid ${personOf(first.user.id).color}`, outlineOffset: 1 }}
        onFocus={() => record.presence.focus(name)}
        onBlur={() => record.presence.focus(null)}
        onChoose={choose}
      />
    </div>
  );
}
