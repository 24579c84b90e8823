import type { ReactNode } from 'react';
import { inkOn } from '../session/person.ts';
import { peopleOf, type Visitor } from './presence.ts';

interface FieldFrameProps {
  readonly name: string;
  readonly label: string;
  /** The label's input. */
  readonly inputId: string;
  readonly visitors: readonly Visitor[];
  readonly problem?: string | null;
  /** Carets inside show where others are already. */
  readonly carets?: boolean;
  readonly children: ReactNode;
}

/** A labelled field, ringed in the colour of whoever else is on it. */
export function FieldFrame({
  name,
  label,
  inputId,
  visitors,
  problem = null,
  carets = false,
  children,
}: FieldFrameProps): ReactNode {
  const here = peopleOf(visitors.filter((visitor) => !visitor.self && visitor.field === name));
  const color = here[0]?.person.color;
  return (
    <div
      className="field"
      data-testid={`field-${name}`}
      data-focused-by={here.map(({ person }) => person.name).join(', ') || undefined}
    >
      <div className="field-head">
        <label htmlFor={inputId}>{label}</label>
        {here.map(({ clientId, person }) => (
          <span key={clientId} className="field-visitor" style={{ backgroundColor: person.color, color: inkOn(person.color) }}>
            {person.name}
          </span>
        ))}
      </div>
      <div className="field-box" style={color === undefined || carets ? undefined : { outlineColor: color }}>
        {children}
      </div>
      {problem !== null && (
        <p id={`${inputId}-problem`} className="field-error" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
