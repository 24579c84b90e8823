import { segmentRoots, type LogEntry } from '@concord/protocol';
import { jsonEqual } from '@concord/schema';
import type * as Y from 'yjs';

/** Has a segment's document say what an entry is; to be called within a write of its part. What stays the same is not sent again. */
export function writeToSegment(document: Y.Doc, before: LogEntry | undefined, after: LogEntry): void {
  const key = String(after.seq);
  const text = textOf(after);
  if (before === undefined || !jsonEqual(textOf(before), text))
    document.getMap(segmentRoots.entries).set(key, { ...text, version: after.version });
  for (const name of ['reactions', 'threads'] as const) {
    const [was, is] = name === 'threads' ? [before?.thread, after.thread] : [before?.reactions, after.reactions];
    const map = document.getMap(segmentRoots[name]);
    if (is === undefined) map.delete(key);
    else if (!jsonEqual(was ?? null, is)) map.set(key, is);
  }
}

/** The entry as a segment's document has it; undefined where it has none. */
export function readFromSegment(document: Y.Doc, seq: number): LogEntry | undefined {
  const key = String(seq);
  const entry = document.getMap(segmentRoots.entries).get(key) as LogEntry | undefined;
  const reactions = document.getMap(segmentRoots.reactions).get(key) as LogEntry['reactions'];
  const thread = document.getMap(segmentRoots.threads).get(key) as LogEntry['thread'];
  return entry && { ...entry, ...(reactions === undefined ? {} : { reactions }), ...(thread === undefined ? {} : { thread }) };
}

type SegmentText = Omit<LogEntry, 'version' | 'reactions' | 'thread'>;

function textOf({ version: _counted, reactions: _ownMap, thread: _ownToo, ...text }: LogEntry): SegmentText {
  return text;
}
