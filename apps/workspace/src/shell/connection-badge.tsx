import type { ConnectionPhase } from '@concord/client';
import { useStatus } from '@concord/react';
import type { ReactNode } from 'react';

const words: Readonly<Record<ConnectionPhase, string>> = {
  offline: 'Offline',
  connecting: 'Connecting…',
  authenticating: 'Signing in…',
  syncing: 'Syncing…',
  live: 'Live',
  denied: 'Not let in',
  expired: 'Signing in again…',
  gone: 'Closed',
};

/** Whether the page hears of changes as they happen. */
export function ConnectionBadge(): ReactNode {
  const { phase, transport, error } = useStatus();
  const more = transport === 'http' && phase === 'live' ? 'By requests: WebSockets do not get through here.' : error?.message;
  return (
    <span className="badge" role="status" data-testid="connection" data-state={phase} title={more}>
      <span className="dot" aria-hidden="true" />
      {words[phase]}
    </span>
  );
}
