import type { Command, Commands } from '@concord/client';
import type { ConcordConfig } from '@concord/schema';
import { useMemo } from 'react';
import { useClient } from './provider.tsx';
import { useLiveAfter } from './use-live.ts';

export interface CommandsState<C extends ConcordConfig = ConcordConfig> extends Omit<Commands<C>, 'pending'> {
  /** What is not carried out yet, in order. */
  readonly pending: readonly Command[];
}

/**
 * Writes by request, and those of them that wait. Who only sends them takes `useClient().commands`, and is not rendered
 * again when one waits.
 */
export function useCommands(): CommandsState {
  const { commands } = useClient();
  const pending = useLiveAfter(commands.pending, none);
  return useMemo(
    () => ({
      pending,
      create: (collection, values) => commands.create(collection, values),
      update: (collection, id, values) => commands.update(collection, id, values),
      delete: (collection, id) => commands.delete(collection, id),
      restore: (collection, id) => commands.restore(collection, id),
      retry: (id) => commands.retry(id),
      discard: (id) => commands.discard(id),
    }),
    [commands, pending],
  );
}

const none: readonly Command[] = [];
