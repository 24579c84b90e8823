import { useCallback, useState, useSyncExternalStore } from 'react';
import type * as Y from 'yjs';
import type { Checked } from '../tickets/ticket-checks.ts';

/** A scalar field's value, live. */
export function useFieldValue(fields: Y.Map<unknown>, name: string): unknown {
  const subscribe = useCallback(
    (listener: () => void) => {
      const observe = (event: Y.YMapEvent<unknown>): void => {
        if (event.keysChanged.has(name)) listener();
      };
      fields.observe(observe);
      return () => fields.unobserve(observe);
    },
    [fields, name],
  );
  return useSyncExternalStore(subscribe, () => fields.get(name));
}

/** Writes a scalar; `null` takes it away. What is there already is not written again. */
export function writeField(fields: Y.Map<unknown>, name: string, value: string | number | null): void {
  if (value === null) {
    if (fields.has(name)) fields.delete(name);
  } else if (fields.get(name) !== value) {
    fields.set(name, value);
  }
}

export interface FieldText {
  readonly text: string;
  /** Why what stands there was not written. */
  readonly problem: string | null;
  type(text: string): void;
  /** The field is left: what is written may be shown as it is stored. */
  leave(): void;
  /** Back to what is stored. */
  revert(): void;
}

/**
 * A scalar field that is typed. What is valid is written as one types; what is not stays a draft of this
 * person alone, with the problem beside it, and is never written. A draft that says the same as the stored
 * value in other characters (`2.` for 2) is kept until the field is left, so that one can type on.
 */
export function useFieldText<Value extends string | number | null>(
  fields: Y.Map<unknown>,
  name: string,
  format: (value: unknown) => string,
  check: (typed: string) => Checked<Value>,
): FieldText {
  const value = useFieldValue(fields, name);
  const [draft, setDraft] = useState<string | null>(null);
  const stored = format(value);
  const checked = draft === null ? null : check(draft);
  const same = checked !== null && checked.ok && format(checked.value) === stored;
  const text = draft !== null && (same || checked?.ok === false) ? draft : stored;

  return {
    text,
    problem: checked?.ok === false ? checked.problem : null,
    type(typed) {
      setDraft(typed);
      const next = check(typed);
      if (next.ok) writeField(fields, name, next.value);
    },
    leave() {
      if (checked?.ok === true) setDraft(null);
    },
    revert: () => setDraft(null),
  };
}
