import { ConcordError } from '@concord/protocol';
import type { RecordStatus, SaveState } from './record.ts';
import type { RecordPart } from './record-part.ts';

export interface RecordCircumstances {
  /** The collection is one that the user may see, or that is not known yet. */
  readonly isKnown: boolean;
  /** There is a connection, or one is being made. */
  readonly isConnected: boolean;
  /** The server does not know the record yet: a create of it waits. */
  readonly isBeingCreated: boolean;
}

/** What to say of a record with these parts. The content part decides on whether it is there at all. */
export function statusOf(
  parts: readonly RecordPart[],
  { isKnown, isConnected, isBeingCreated }: RecordCircumstances,
): RecordStatus {
  const canWrite = parts.some((part) => part.mayWrite);
  const save = saveOf(parts, isConnected);
  const content = parts.find(({ schema }) => schema.name === null)?.replica.state.get();
  if (!isKnown) return { phase: 'gone', save, canWrite, error: new ConcordError('not_found') };
  if (content?.error !== undefined) {
    const { error } = content;
    if (error.code === 'not_found' && isBeingCreated) return { phase: 'loading', save, canWrite };
    const isGone = error.code === 'not_found' || error.code === 'record_deleted';
    return { phase: isGone ? 'gone' : 'denied', save, canWrite, error };
  }
  if (content?.isLoaded !== true) return { phase: 'loading', save, canWrite };
  // A part that the user turns out not to be let into takes nothing from the others.
  const phases = parts.map(({ replica }) => replica.state.get().phase).filter((phase) => phase !== 'ended');
  if (phases.every((phase) => phase === 'live')) return { phase: 'live', save, canWrite };
  return { phase: isConnected ? 'syncing' : 'offline', save, canWrite };
}

function saveOf(parts: readonly RecordPart[], isConnected: boolean): SaveState {
  let changes = 0;
  let isLive = true;
  let isKept = true;
  let refused: ConcordError | undefined;
  for (const { replica } of parts) {
    const { unsaved, refusal, error, phase, isKept: isThisKept } = replica.state.get();
    changes += unsaved;
    if (unsaved > 0 && !isThisKept) isKept = false;
    if (phase !== 'live' && unsaved > 0) isLive = false;
    if (refusal !== undefined) refused = new ConcordError(refusal);
    else if (error !== undefined && unsaved > 0) refused = error;
  }
  if (refused !== undefined) return { kind: 'refused', code: refused.code, message: refused.message, changes };
  if (changes === 0) return { kind: 'saved' };
  return isLive || isConnected ? { kind: 'saving' } : { kind: 'offline', changes, isKept };
}
