import { ConcordError } from '@concord/protocol';
import type { ClientPart } from './client-schema.ts';
import { createPartValues, type PartValues } from './part-values.ts';
import type { Replica } from './replica.ts';
import type { HeldReplica } from './replicas.ts';

/** One document of a record, and what is known of its fields. */
export interface RecordPart {
  readonly schema: ClientPart;
  readonly replica: Replica;
  readonly values: PartValues;
  /** There is something to show that may be seen. */
  readonly isThere: boolean;
  readonly mayWrite: boolean;
  close(): void;
  /** Forgets the document, with what is unsaved in it. */
  discard(): Promise<void>;
}

export function createRecordPart(
  schema: ClientPart,
  held: HeldReplica,
  onChange: (fields: readonly string[]) => void,
): RecordPart {
  const { replica } = held;
  const values = createPartValues(schema, replica.doc, onChange);
  return {
    schema,
    replica,
    values,
    get isThere() {
      const { isLoaded, error } = replica.state.get();
      // What is deleted may be looked at for the last time; what one may not read any more may not.
      return isLoaded && (error === undefined || error.code === 'record_deleted');
    },
    get mayWrite() {
      const { isLoaded, isReadOnly, phase } = replica.state.get();
      return isLoaded && !isReadOnly && phase !== 'ended' && schema.write !== false;
    },
    close() {
      values.stop();
      held.release();
    },
    discard() {
      values.stop();
      return held.discard();
    },
  };
}

/** Does something in the part's document, as one update and one step to undo. Throws `forbidden` where it may not be written. */
export function writePart(part: RecordPart, field: string, write: () => void): void {
  if (!part.mayWrite) throw new ConcordError('forbidden', { field, message: `${field} can only be read.` });
  part.replica.doc.transact(write);
}
