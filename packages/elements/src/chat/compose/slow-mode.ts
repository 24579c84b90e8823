import type { ChatScope } from '../chat-scope.ts';

/**
 * How many seconds have to pass until the user may write again; 0 where they may. Who moderates need not wait.
 */
export function secondsToWait({ log, record }: ChatScope, now: number): number {
  const slowMode = log.schema?.slowMode ?? null;
  const seconds = typeof slowMode === 'string' ? record.fields.get(slowMode) : slowMode;
  if (typeof seconds !== 'number' || seconds <= 0 || log.get().mayModerate) return 0;
  const last = log
    .get()
    .entries.findLast(({ isMine, system, delivery }) => isMine && system === undefined && delivery === 'sent');
  if (last === undefined) return 0;
  return Math.max(0, Math.ceil((Date.parse(last.at) + seconds * 1000 - now) / 1000));
}
