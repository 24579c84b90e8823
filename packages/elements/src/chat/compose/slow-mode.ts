import type { ChatScope } from '../chat-scope.ts';

/**
 * How many seconds have to pass until the user may write again; 0 where they may. Who moderates need not wait: as far as it
 * is known here, which is the server's to decide.
 */
export function secondsToWait({ log, record, client, read }: ChatScope, now: number): number {
  const slowMode = log.schema?.slowMode ?? null;
  const seconds = typeof slowMode === 'string' ? record.fields.get(slowMode) : slowMode;
  if (typeof seconds !== 'number' || seconds <= 0 || log.schema?.moderate === true) return 0;
  const me = read(client.me)?.id;
  if (me === undefined || isOwner(record, me)) return 0;
  const last = log
    .get()
    .entries.findLast(({ isMine, system, delivery }) => isMine && system === undefined && delivery === 'sent');
  if (last === undefined) return 0;
  return Math.max(0, Math.ceil((Date.parse(last.at) + seconds * 1000 - now) / 1000));
}

function isOwner({ schema, fields }: ChatScope['record'], user: string): boolean {
  for (const [name, field] of schema?.fields ?? []) {
    if (field.kind !== 'members') continue;
    const members = fields.get(name) as { readonly [user: string]: string } | undefined;
    return members?.[user] === field.roles[0];
  }
  return false;
}
