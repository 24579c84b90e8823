import type { Visitor } from '@concord/client';

/** Who is on which record: each person once, however many tabs they have there. */
export function visitorsByRecord(visitors: readonly Visitor[]): ReadonlyMap<string, readonly Visitor[]> {
  const byRecord = new Map<string, Visitor[]>();
  for (const visitor of visitors) {
    if (visitor.record === undefined) continue;
    const here = byRecord.get(visitor.record) ?? [];
    if (here.some(({ user }) => user.id === visitor.user.id)) continue;
    byRecord.set(visitor.record, [...here, visitor]);
  }
  return byRecord;
}
