import * as client from '@concord/client';
import * as internals from '@concord/client/internals';
import * as Y from 'yjs';

const concord = { ...client, ...internals, Y };

declare global {
  interface Window {
    /** The SDK, what it is put together from, and Yjs. */
    concord: typeof concord;
  }
}

window.concord = concord;
