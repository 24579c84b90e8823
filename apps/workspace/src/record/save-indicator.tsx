import type { ConnectionStatus, SaveState } from '@concord/client';
import type { ReactNode } from 'react';

/** Whether what was edited here is on the server's disk, in words. */
export function SaveIndicator({ save, connection }: { save: SaveState; connection: ConnectionStatus }): ReactNode {
  return (
    <span
      className="badge"
      role="status"
      data-testid="save-state"
      data-state={save.kind}
      data-connected={connection.phase === 'live'}
    >
      <span className="dot" aria-hidden="true" />
      {saveWords(save)}
    </span>
  );
}

function saveWords(save: SaveState): string {
  switch (save.kind) {
    case 'saved':
      return 'Saved';
    case 'saving':
      return 'Saving…';
    case 'offline':
      return `${changes(save.changes)} kept here`;
    case 'refused':
      return `Not saved: ${changes(save.changes)}`;
  }
}

export function changes(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`;
}
