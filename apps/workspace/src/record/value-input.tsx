import type { FieldSchema } from '@concord/schema';
import type { ReactNode } from 'react';
import { RecordSelect } from '../collection/record-select.tsx';
import { holdsPeople } from '../people/person.ts';
import { PersonSelect } from '../people/person-select.tsx';
import { wordsOf } from '../words/words.ts';

interface ValueInputProps {
  readonly id: string;
  readonly field: FieldSchema;
  /** Undefined where nothing was said yet: the default, or none. */
  readonly value: unknown;
  readonly isInvalid: boolean;
  readonly describedBy?: string | undefined;
  readonly autoFocus?: boolean;
  /** Null clears it. */
  onChange(value: unknown): void;
}

/** Whether a value of this kind can be typed or chosen in one go. */
export function hasInput(field: FieldSchema): boolean {
  return !['richText', 'list', 'json', 'counter', 'members'].includes(field.kind);
}

/** Asks for a value of one field, for a record that is not there yet, or for several at once. */
export function ValueInput({
  id,
  field,
  value,
  isInvalid,
  describedBy,
  autoFocus = false,
  onChange,
}: ValueInputProps): ReactNode {
  const common = { id, 'aria-invalid': isInvalid, 'aria-describedby': describedBy, autoFocus };
  const text = typeof value === 'string' ? value : '';
  const sayText = (next: string): void => onChange(next === '' ? null : next);
  if (field.kind === 'string' && holdsPeople(field)) return <PersonSelect {...common} value={text} onChoose={sayText} />;
  switch (field.kind) {
    case 'string':
      return <input {...common} className="input" value={text} onChange={({ target }) => sayText(target.value)} />;
    case 'text':
      return <textarea {...common} className="input" rows={3} value={text} onChange={({ target }) => onChange(target.value)} />;
    case 'number':
      return (
        <input
          {...common}
          className="input"
          type="number"
          step="any"
          defaultValue={typeof value === 'number' ? value : ''}
          onChange={({ target }) => onChange(target.value === '' ? null : Number(target.value))}
        />
      );
    case 'date':
      return <input {...common} className="input" type="date" value={text} onChange={({ target }) => sayText(target.value)} />;
    case 'boolean':
      return (
        <input
          {...common}
          type="checkbox"
          checked={typeof value === 'boolean' ? value : field.default === true}
          onChange={({ target }) => onChange(target.checked)}
        />
      );
    case 'enum':
      return (
        <select
          {...common}
          className="input"
          value={text === '' ? (field.default ?? '') : text}
          onChange={({ target }) => sayText(target.value)}
        >
          {field.default === null && <option value="">None</option>}
          {field.values.map((each) => (
            <option key={each} value={each}>
              {wordsOf(each)}
            </option>
          ))}
        </select>
      );
    case 'ref':
      return <RecordSelect {...common} collection={field.collection} value={text} onChoose={sayText} />;
    case 'set':
      return (
        <input
          {...common}
          className="input"
          placeholder="With commas between them"
          defaultValue={Array.isArray(value) ? value.join(', ') : ''}
          onChange={({ target }) =>
            onChange([...new Set(target.value.split(',').map((each) => each.trim()))].filter((each) => each !== ''))
          }
        />
      );
    case 'richText':
    case 'list':
    case 'json':
    case 'counter':
    case 'members':
      return null;
  }
}
