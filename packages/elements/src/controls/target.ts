import { ConcordError } from '@concord/protocol';
import type { FieldSchema, ScalarSchema } from '@concord/schema';
import { problemText } from '../strings/problem-text.ts';
import type { Strings } from '../strings/strings.ts';

/** A value that a control shows and changes: that of a field, or of a cell of a list. */
export interface Target<S extends FieldSchema = FieldSchema> {
  readonly schema: S;
  /** The id of the element that takes the focus, and the beginning of others. */
  readonly id: string;
  readonly label: string;
  /** The id of the element that shows the label; where nothing does, the control says it by itself. */
  readonly labelledBy: string | undefined;
  readonly describedBy: string | undefined;
  readonly readOnly: boolean;
  /** What is wrong with what stands in the control; null where it is kept. */
  readonly problem: string | null;
  readonly strings: Strings;
  readonly locale: string;
  optionLabel(value: string): string;
  value(): unknown;
  /** What the schema has against a value, which is not null. */
  rule(value: unknown): string | null;
  /** Throws what the record throws. */
  write(value: unknown): void;
  /** Shows what is wrong, or that nothing is. */
  complain(problem: string | null): void;
  /** Renders again. */
  update(): void;
}

/** How one kind of field is shown and changed. */
export interface Control {
  render(): unknown;
  /** Gives up what was typed and could not be kept. False where there is nothing of the kind. */
  revert(): boolean;
  /** Undefined where nothing is to be put away. */
  dispose?(): void;
}

/** Writes a value where it fits, and says what is wrong otherwise. Whether it was written. */
export function tryWrite(target: Target, value: unknown): boolean {
  const problem = problemOf(target, value) ?? writeProblem(target, value);
  target.complain(problem);
  return problem === null;
}

function problemOf({ schema, strings, locale, rule }: Target, value: unknown): string | null {
  if (value === null && 'required' in schema) return schema.required ? strings.mustBeGiven : null;
  const broken = rule(value);
  return broken === null ? null : problemText(schema, value, broken, strings, locale);
}

function writeProblem(target: Target, value: unknown): string | null {
  try {
    target.write(value);
    return null;
  } catch (error) {
    if (error instanceof ConcordError) return target.strings.otherProblem(error.message);
    throw error;
  }
}

/** Attributes that every control's focused element has: its name, its description, whether it is wrong. */
export interface Named {
  readonly label: string | undefined;
  readonly describedBy: string | undefined;
  readonly invalid: 'true' | undefined;
  readonly required: 'true' | undefined;
}

export function namesOf(target: Target): Named {
  const schema = target.schema as Partial<ScalarSchema>;
  return {
    label: target.labelledBy === undefined ? target.label : undefined,
    describedBy: target.describedBy,
    invalid: target.problem === null ? undefined : 'true',
    required: schema.required === true ? 'true' : undefined,
  };
}
