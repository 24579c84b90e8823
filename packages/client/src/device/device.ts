/** What a client keeps on the device, and needs once it is known who the user is. */
export { createAway } from './away.ts';
export { identify } from '../identity.ts';
export { forgetStorage, openStorage } from './open-storage.ts';
export { watchUnsaved } from './watch-unsaved.ts';
