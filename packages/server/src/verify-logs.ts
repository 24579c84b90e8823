import { isDeepStrictEqual } from 'node:util';
import { formatDocumentName, segmentOf, segmentPart, segmentRoots, type LogEntry } from '@concord/protocol';
import type { Store } from '@concord/store';
import * as Y from 'yjs';
import { readUpdates } from './documents/loading.ts';
import { readErasures } from './logs/log-erasure.ts';
import { entryKey, logsPrefix, recordLogsPrefix } from './logs/log-keys.ts';
import { readId } from './logs/log-reader.ts';
import { decodeLogRow } from './logs/log-row.ts';
import { readFromSegment } from './logs/segment.ts';

/** What the feed says of the latest event of a record, or of an entry. */
export interface LatestEvent {
  readonly seq: number;
  readonly version: number;
}

export function compareWithEvent(name: string, last: LatestEvent | undefined, row: LatestEvent, problems: string[]): void {
  if (last?.seq !== row.seq) problems.push(`${name}: its latest event is ${last?.seq ?? 'missing'}, its row says ${row.seq}`);
  else if (last.version !== row.version)
    problems.push(`${name}: its latest event has version ${last.version}, its row has ${row.version}`);
}

/** A segment that is being compared, and how many rows of it there were so far. */
interface OpenSegment {
  readonly name: string;
  readonly document: Y.Doc;
  rows: number;
}

/**
 * Compares the rows of all logs with what is under their ids, with the documents of their segments, and with the feed:
 * each entry is there once, in a place without a gap in front of it, and is the same everywhere.
 *
 * Answers the names of the entries that there are, as the feed's have them in `told`: their keys behind the prefix.
 */
export async function verifyLogs(
  store: Store,
  told: ReadonlyMap<string, LatestEvent>,
  problems: string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  // Of these the next start erases what there is.
  const erasures = new Set((await readErasures(store)).map(recordLogsPrefix));
  let open: OpenSegment | undefined;
  let expected = { log: '', seq: 1 };
  const closeSegment = (): void => {
    const { name, rows, document } = open ?? { name: '', rows: 0, document: new Y.Doc() };
    const held = document.getMap(segmentRoots.entries).size;
    if (held !== rows) problems.push(`${name}: holds ${held} entries, and there are ${rows}`);
    open = undefined;
  };
  for await (const [key, bytes] of store.range({ prefix: logsPrefix })) {
    const [account = '', collection = '', record = '', log = '', kind] = key.slice(logsPrefix.length).split('/');
    const address = { account, collection, record, log };
    if (kind !== 'e' || erasures.has(recordLogsPrefix(address))) continue;
    const name = `${account}/${collection}/${record}/${log}`;
    if (expected.log !== name) expected = { log: name, seq: 1 };
    const at = key.slice(logsPrefix.length);
    try {
      const { entry, lastEvent } = decodeLogRow(bytes);
      found.add(at);
      if (key !== entryKey(address, expected.seq) || entry.seq !== expected.seq)
        problems.push(`${name}: entry ${entry.seq} stands where ${expected.seq} should`);
      compareWithEvent(at, told.get(at), { seq: lastEvent, version: entry.version }, problems);
      if ((await readId(store, address, entry.id))?.seq !== entry.seq) problems.push(`${at}: its id leads elsewhere`);
      const segment = formatDocumentName({ account, collection, record, part: segmentPart(log, segmentOf(entry.seq)) });
      if (open?.name !== segment) {
        closeSegment();
        open = { name: segment, document: await readDocument(store, segment), rows: 0 };
      }
      open.rows++;
      if (!isSame(readFromSegment(open.document, entry.seq), entry)) problems.push(`${at}: differs from the segment's document`);
    } catch (error) {
      problems.push(`${at}: ${error instanceof Error ? error.message : String(error)}`);
    }
    expected = { log: name, seq: expected.seq + 1 };
  }
  closeSegment();
  return found;
}

async function readDocument(store: Store, name: string): Promise<Y.Doc> {
  const document = new Y.Doc();
  for (const update of (await readUpdates(store, name)).updates) Y.applyUpdate(document, update);
  return document;
}

/** The document does not count reactions. */
function isSame(held: LogEntry | undefined, { version, ...entry }: LogEntry): boolean {
  if (held === undefined) return false;
  const { version: counted, ...rest } = held;
  return counted <= version && isDeepStrictEqual(rest, entry);
}
