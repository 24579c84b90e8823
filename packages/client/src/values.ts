/**
 * All that knows how values are read, checked and written: what of the SDK is large. It is loaded beside the token and the
 * storage, when the first record is opened, and `ready` waits for it.
 */
export { createLiveCounter, createLiveList, createLiveSet } from './field-handles.ts';
export { createCollectionPresences } from './collection-presences.ts';
export { createHistory } from './history.ts';
export { createPeopleHere } from './people-here.ts';
export { createRecordPart } from './record-part.ts';
export { statusOf } from './record-status.ts';
export { reviveSchema } from './revive-schema.ts';
export { checkValues, writeValues } from './write-values.ts';
