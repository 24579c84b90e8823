import type { ClientSchema, ConnectionStatus, LiveRecord, Me, RecordStatus, SaveState } from '@concord/client';
import { useCallback, useMemo, useRef, useSyncExternalStore } from 'react';
import { useClient } from './provider.tsx';
import { useLive, useLiveAfter } from './use-live.ts';

const connecting: ConnectionStatus = { phase: 'connecting', transport: 'websocket' };

/** Where the connection is; with a record, where that is. */
export function useStatus(): ConnectionStatus;
export function useStatus(record: LiveRecord): RecordStatus;
export function useStatus(record?: LiveRecord): ConnectionStatus | RecordStatus {
  const { status } = useClient();
  return useLiveAfter<ConnectionStatus | RecordStatus>(record?.status ?? status, record?.status.get() ?? connecting);
}

/** Whether what was edited here is on the server's disk. */
export function useSaveState(record: LiveRecord): SaveState {
  const { status } = record;
  const last = useRef<SaveState>({ kind: 'saved' });
  const get = useCallback(() => {
    const { save } = status.get();
    return isSame(save, last.current) ? last.current : (last.current = save);
  }, [status]);
  return useSyncExternalStore(status.subscribe, get, get);
}

function isSame(a: SaveState, b: SaveState): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** All fields that may be read, as plain JSON; undefined until they are there. */
export function useValues(record: LiveRecord): ReturnType<LiveRecord['values']['get']> {
  return useLive(record.values);
}

export interface HistoryState {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  undo(): void;
  redo(): void;
}

/** Undo and redo of what was edited in this tab. */
export function useHistory(record: LiveRecord): HistoryState {
  const { history } = record;
  const state = useLive(history.state);
  return useMemo(() => ({ ...state, undo: () => history.undo(), redo: () => history.redo() }), [state, history]);
}

/** Who the token speaks for, once it is known. */
export function useMe(): Me | undefined {
  return useLiveAfter(useClient().me, undefined);
}

/** What one sees of the server's config, once it is known. */
export function useSchema(): ClientSchema | undefined {
  return useLiveAfter(useClient().schema, undefined);
}
