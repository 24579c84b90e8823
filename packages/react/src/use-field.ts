import type { LiveRecord } from '@concord/client';
import type { FieldSchema } from '@concord/schema';
import { useCallback, useMemo, useSyncExternalStore } from 'react';

/** One field of a record, and how it is changed. */
export interface FieldState<Value = unknown, Input = unknown> {
  /** Undefined until the record is there, and where there is no such field to see. */
  readonly value: Value | undefined;
  /** Throws `invalid_record` where the value breaks the schema, `forbidden` where the field may not be written. */
  set(value: Input): void;
  /** What is wrong with a value, as in "must be at least 0", or null: to say while one types. */
  problem(value: unknown): string | null;
  readonly mayWrite: boolean;
  /** Of what kind it is, and what it may hold. */
  readonly schema: FieldSchema | undefined;
}

/** Rendered again when this field has changed, or who may write it; not when others have. */
export function useField(record: LiveRecord, field: string): FieldState {
  const { fields, status } = record;
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [fields.subscribe(field, listener), status.subscribe(listener)];
      return () => stops.forEach((stop) => stop());
    },
    [fields, status, field],
  );
  const value = useSnapshot(subscribe, () => fields.get(field));
  const mayWrite = useSnapshot(subscribe, () => fields.mayWrite(field));
  const schema = useSnapshot(subscribe, () => fields.schema(field));
  return useMemo(
    () => ({
      value,
      mayWrite,
      schema,
      set: (next) => fields.set(field, next),
      problem: (next) => fields.problem(field, next),
    }),
    [fields, field, value, mayWrite, schema],
  );
}

/** On a server the record is an unopened one, whose snapshot is the same everywhere. */
function useSnapshot<T>(subscribe: (listener: () => void) => () => void, get: () => T): T {
  return useSyncExternalStore(subscribe, get, get);
}
