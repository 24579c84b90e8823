import { segmentPart, type LogRights } from '@concord/protocol';
import type { Replicas } from '../replicas.ts';
import { openSegment, type Segment } from './segment.ts';

/** The segments of one log that somebody has use for. */
export interface LogSegments {
  readonly open: ReadonlyMap<number, Segment>;
  /** From now on `user` has use for these, and for no others. */
  want(user: object, numbers: Iterable<number>): void;
  /** Opens one anew that the server had ended. */
  reopen(): void;
  close(): void;
}

/**
 * @param record the name of the record's document
 * @param onChange hears of other entries, and of another state of a document
 * @param onRights hears what the user may do with the log
 */
export function createLogSegments(
  record: string,
  log: string,
  replicas: Replicas,
  onChange: () => void,
  onRights: (may: LogRights) => void,
): LogSegments {
  const open = new Map<number, Segment>();
  const wanted = new Map<object, ReadonlySet<number>>();

  function arrange(): void {
    const all = new Set([...wanted.values()].flatMap((numbers) => [...numbers]));
    for (const [number, segment] of open) {
      if (all.has(number)) continue;
      open.delete(number);
      segment.close();
    }
    for (const number of all) {
      if (open.has(number)) continue;
      open.set(number, openSegment(replicas.open(`${record}/${segmentPart(log, number)}`), onChange, onRights));
    }
  }

  return {
    open,
    want(user, numbers) {
      wanted.set(user, new Set(numbers));
      if (wanted.get(user)?.size === 0) wanted.delete(user);
      arrange();
    },
    reopen() {
      for (const [number, segment] of open) {
        if (segment.state.get().phase !== 'ended') continue;
        open.delete(number);
        segment.close();
      }
      arrange();
    },
    close() {
      wanted.clear();
      arrange();
    },
  };
}
