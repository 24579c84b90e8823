import { ConcordError } from '@concord/protocol';
import * as Y from 'yjs';
import type { KeptDocument, KeptUpdate } from '../storage.ts';

/** A document's settled updates are put together where there are more. */
const maxUpdates = 50;

export interface MergedDocument extends KeptDocument {
  /** What the settled updates come to, where they are to be replaced by it. */
  readonly compacted: Uint8Array | undefined;
}

/** @throws `damaged` where one of them is no update */
export function mergeKept(settled: readonly Uint8Array[], unsaved: readonly KeptUpdate[]): MergedDocument {
  try {
    const compacted = settled.length > maxUpdates ? joinUpdates(settled) : undefined;
    const all = [...(compacted === undefined ? settled : [compacted]), ...unsaved.map(({ update }) => update)];
    return { state: joinUpdates(all), unsaved, compacted };
  } catch (cause) {
    throw new ConcordError('damaged', { cause });
  }
}

function joinUpdates(updates: readonly Uint8Array[]): Uint8Array;
function joinUpdates(updates: readonly Uint8Array[]): Uint8Array | null {
  if (updates.length < 2) return updates[0] ?? null;
  // Merging the bytes is quick where they are few; a document takes many at once, and lets go of what was deleted.
  if (updates.length <= maxUpdates) return Y.mergeUpdates(updates as Uint8Array[]);
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  const joined = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return joined;
}
