import { useId, type ReactNode } from 'react';
import { FieldFrame } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { useFieldValue, writeField } from './use-field.ts';

interface ChoiceFieldProps extends FieldProps {
  readonly name: string;
  readonly label: string;
  /** What holds while the field is not set; `''` for nothing. */
  readonly unset: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** One of a few values. The option `''` takes the value away. */
export function ChoiceField({ record, visitors, readOnly, name, label, unset, options }: ChoiceFieldProps): ReactNode {
  const id = useId();
  const value = useFieldValue(record.fields, name);
  const shown = typeof value === 'string' && value !== '' ? value : unset;
  // A value that is no option (a person who has left) is still what the record says.
  const all = options.some((option) => option.value === shown) ? options : [...options, { value: shown, label: shown }];
  return (
    <FieldFrame name={name} label={label} inputId={id} visitors={visitors}>
      <select
        id={id}
        className="input"
        value={shown}
        disabled={readOnly}
        onChange={(event) => writeField(record.fields, name, event.target.value === '' ? null : event.target.value)}
        onFocus={() => record.focus(name)}
        onBlur={() => record.focus(null)}
      >
        {all.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}
