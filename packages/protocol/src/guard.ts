import type { Json } from './events.ts';

/**
 * What the schema guard put right in an edit of this client (R1): a stateless message that comes in front of
 * the edit's acknowledgement, and like that one only once what it speaks of is on disk.
 */
export interface CorrectedNotice {
  readonly type: 'corrected';
  /** The first twenty; the rest is in the document. */
  readonly corrections: readonly Correction[];
}

export interface Correction {
  /** `title`, `lines.amount`, or the name of what the schema does not know. */
  readonly field: string;
  /** What the value breaks, as in "must be at least 0". For people. */
  readonly rule: string;
  /** The scalar that stands now. Null where there is none, and where it is long: the document has it. */
  readonly value: Json;
}

/**
 * A stateless message: edits on this document are not taken any more. `guard_limit`: too many broke the schema; until it is
 * opened anew. `forbidden`: its user may only read it now; until {@link WritableNotice} comes.
 */
export interface ReadOnlyNotice {
  readonly type: 'read_only';
  readonly code: 'guard_limit' | 'forbidden';
}

/** A stateless message: edits on this document are taken from now on. */
export interface WritableNotice {
  readonly type: 'writable';
}
