import { useId, useRef, type ReactNode } from 'react';
import { checkEstimate } from '../tickets/ticket-checks.ts';
import { FieldFrame } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { useFieldText } from './use-field.ts';
import { useKeptSelection } from './use-kept-selection.ts';

const asText = (value: unknown): string => (typeof value === 'number' ? String(value) : '');

export function EstimateField({ record, visitors, readOnly }: FieldProps): ReactNode {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const field = useFieldText(record.fields, 'estimate', asText, checkEstimate);
  const keepSelection = useKeptSelection(input, field.text);
  return (
    <FieldFrame name="estimate" label="Estimate (hours)" inputId={id} visitors={visitors} problem={field.problem}>
      <input
        ref={input}
        id={id}
        className="input"
        inputMode="decimal"
        autoComplete="off"
        placeholder="None"
        value={field.text}
        readOnly={readOnly}
        aria-invalid={field.problem !== null}
        aria-describedby={field.problem === null ? undefined : `${id}-problem`}
        onChange={(event) => {
          field.type(event.target.value);
          keepSelection();
        }}
        onSelect={keepSelection}
        onKeyDown={(event) => event.key === 'Escape' && field.revert()}
        onFocus={() => record.focus('estimate')}
        onBlur={() => {
          record.focus(null);
          field.leave();
        }}
      />
    </FieldFrame>
  );
}
