import { useId, useRef, type ReactNode } from 'react';
import { checkTitle } from '../tickets/ticket-checks.ts';
import { FieldFrame } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { useFieldText } from './use-field.ts';
import { useKeptSelection } from './use-kept-selection.ts';

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The title: one paragraph, of as many lines as it needs. */
export function TitleField({ record, visitors, readOnly }: FieldProps): ReactNode {
  const id = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const field = useFieldText(record.fields, 'title', asText, checkTitle);
  const keepSelection = useKeptSelection(input, field.text);
  return (
    <FieldFrame name="title" label="Title" inputId={id} visitors={visitors} problem={field.problem}>
      <textarea
        ref={input}
        id={id}
        className="input title-input"
        rows={1}
        value={field.text}
        readOnly={readOnly}
        aria-invalid={field.problem !== null}
        aria-describedby={field.problem === null ? undefined : `${id}-problem`}
        onChange={(event) => {
          field.type(event.target.value.replaceAll(/\r?\n/g, ' '));
          keepSelection();
        }}
        onSelect={keepSelection}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.preventDefault();
          if (event.key === 'Escape') field.revert();
        }}
        onFocus={() => record.focus('title')}
        onBlur={() => {
          record.focus(null);
          field.leave();
        }}
      />
    </FieldFrame>
  );
}
