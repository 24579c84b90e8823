import type { Visitor } from './presence.ts';
import type { RecordSession } from './record-session.ts';

/** What every field of an open record gets. */
export interface FieldProps {
  readonly record: RecordSession;
  readonly visitors: readonly Visitor[];
  readonly readOnly: boolean;
}
