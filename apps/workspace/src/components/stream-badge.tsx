import type { ReactNode } from 'react';
import type { StreamStatus } from '../api/event-stream.ts';

const words: Record<StreamStatus, string> = { connecting: 'Connecting…', live: 'Live', waiting: 'Offline, trying again…' };

/** Whether the page hears of changes as they happen. */
export function StreamBadge({ status }: { status: StreamStatus }): ReactNode {
  return (
    <span className="badge" role="status" data-testid="connection" data-state={status}>
      <span className="dot" aria-hidden="true" />
      {words[status]}
    </span>
  );
}
