import type { ReactNode } from 'react';
import type { SaveState } from '../save-state.ts';

/** Says `saved` only for what the server has confirmed to be on its disk. */
export function SaveIndicator({ save, connected }: { save: SaveState; connected: boolean }): ReactNode {
  return (
    <>
      <span className="badge" data-testid="save-state" data-state={save.kind} data-connected={connected}>
        <span className="dot" aria-hidden="true" />
        {wordsFor(save, connected)}
      </span>
      {/* Read out only when it is more than the flicker of typing. */}
      <span className="hidden" role="status">
        {save.kind === 'offline' || save.kind === 'refused' ? wordsFor(save, connected) : ''}
      </span>
    </>
  );
}

function wordsFor(save: SaveState, connected: boolean): string {
  switch (save.kind) {
    case 'saved':
      return connected ? 'Saved' : 'Saved · connecting…';
    case 'saving':
      return 'Saving…';
    case 'offline':
      return `Offline · ${changes(save.changes)} kept here`;
    case 'refused':
      return save.changes === 0 ? 'Not connected' : `Not saved · ${changes(save.changes)}`;
  }
}

export const changes = (count: number): string => (count === 1 ? '1 change' : `${count} changes`);
