import { useClient, useMe } from '@concord/react';
import { useState, type ReactNode } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { PersonPicker } from '../people/person-picker.tsx';
import { failureWords } from '../words/failure-words.ts';
import { openDirect } from './open-direct.ts';
import type { RoomShape } from './room-shape.ts';

/** Asks for whom one wants to write to. */
export function MessagePerson({ shape, onClose }: { shape: RoomShape; onClose(): void }): ReactNode {
  const client = useClient();
  const me = useMe();
  const [problem, setProblem] = useState<string | null>(null);

  function open(user: string): void {
    openDirect(client, shape, user).then(onClose, (error: unknown) => setProblem(failureWords(error)));
  }

  return (
    <Dialog title="Write to somebody" testId="message-person" onClose={onClose}>
      <PersonPicker label="To" autoFocus without={new Set(me === undefined ? [] : [me.id])} onPick={({ id }) => open(id)} />
      {problem !== null && (
        <p className="notice notice-bad" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}
