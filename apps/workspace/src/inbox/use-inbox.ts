import type { InboxState } from '@concord/client';
import { useClient, useLive } from '@concord/react';

/** What is new, as of now. */
export function useInbox(): InboxState {
  return useLive(useClient().inbox);
}
