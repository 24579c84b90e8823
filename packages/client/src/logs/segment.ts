import { segmentRoots, type LogEntry, type LogRights } from '@concord/protocol';
import type { ReplicaState } from '../replica.ts';
import type { HeldReplica } from '../replicas.ts';
import type { Live } from '../live.ts';

/** One segment of a log, kept in step by its document. */
export interface Segment {
  readonly state: Live<ReplicaState>;
  /** By number. The objects of entries that have not changed stay the same. */
  readonly entries: ReadonlyMap<number, LogEntry>;
  /** The number of the entry with that id. */
  seqOf(id: string): number | undefined;
  close(): void;
}

/**
 * @param onChange hears of other entries, and of another state of the document
 * @param onRights hears what the user may do with the log, as soon as the server has opened it and when that changes
 */
export function openSegment(held: HeldReplica, onChange: () => void, onRights: (may: LogRights) => void): Segment {
  const { doc, state } = held.replica;
  const roots = [segmentRoots.entries, segmentRoots.reactions, segmentRoots.threads].map((name) => doc.getMap(name));
  const entries = new Map<number, LogEntry>();
  const ids = new Map<string, number>();
  const stale = new Set<string>();

  function read(key: string): void {
    const [entry, reactions, thread] = roots.map((root) => root.get(key));
    if (!/^[1-9][0-9]*$/.test(key) || typeof entry !== 'object' || entry === null) return;
    const next = {
      ...entry,
      ...(reactions === undefined ? {} : { reactions }),
      ...(thread === undefined ? {} : { thread }),
    } as LogEntry;
    entries.set(Number(key), next);
    ids.set(next.id, Number(key));
  }

  const stops = roots.map((root) => {
    const mark = ({ keysChanged }: { readonly keysChanged: ReadonlySet<string> }): void => {
      for (const key of keysChanged) stale.add(key);
    };
    root.observe(mark);
    return () => root.unobserve(mark);
  });
  // What one transaction changes in several roots is told once.
  const tell = (): void => {
    if (stale.size === 0) return;
    for (const key of stale) read(key);
    stale.clear();
    onChange();
  };
  doc.on('afterTransaction', tell);
  roots[0]?.forEach((_entry, key) => read(key));
  stops.push(
    () => doc.off('afterTransaction', tell),
    state.subscribe(onChange),
    held.replica.noticed.add((notice) => notice.type === 'log_rights' && onRights(notice.may)),
    () => held.release(),
  );
  return { state, entries, seqOf: (id) => ids.get(id), close: () => stops.forEach((stop) => stop()) };
}
