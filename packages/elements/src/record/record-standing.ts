import type { RecordStatus } from '@concord/client';
import type { Live } from '../base/cell.ts';
import type { AnyRecord } from './any-record.ts';

const known = new WeakMap<AnyRecord, Live<RecordStatus>>();

/**
 * A record's status, for what is to be told when the record comes, goes, or may be written no more: not at each key, and
 * again when that is saved.
 */
export function recordStanding(record: AnyRecord): Live<RecordStatus> {
  const present = known.get(record);
  if (present !== undefined) return present;
  const { status } = record;
  const standing: Live<RecordStatus> = {
    get: () => status.get(),
    subscribe(listener) {
      let last = status.get();
      return status.subscribe(() => {
        const next = status.get();
        const isSame = isSameStanding(last, next);
        last = next;
        if (!isSame) listener();
      });
    },
  };
  known.set(record, standing);
  return standing;
}

function isSameStanding(a: RecordStatus, b: RecordStatus): boolean {
  const isRefused = ({ save }: RecordStatus): boolean => save.kind === 'refused';
  return a.phase === b.phase && a.canWrite === b.canWrite && a.error === b.error && isRefused(a) === isRefused(b);
}
