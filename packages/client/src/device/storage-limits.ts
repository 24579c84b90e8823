/** How much is kept of documents that the server has, too. */
export interface StorageLimits {
  readonly maxDocuments: number;
  readonly maxBytes: number;
}

export const defaultLimits: StorageLimits = { maxDocuments: 200, maxBytes: 50 * 2 ** 20 };

/** It is looked at again after so many loads, or so much more kept: looking reads an entry per document. */
export const sweepEvery: { readonly loads: number; readonly bytes: number } = { loads: 20, bytes: 2 ** 20 };

export interface DocumentUse {
  readonly document: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/**
 * What is to go, least recently used first, until the rest fits.
 *
 * @param pinned documents that stay: something of them is unsaved, or they are open
 */
export function documentsBeyond(
  limits: StorageLimits,
  all: readonly DocumentUse[],
  pinned: ReadonlySet<string>,
): readonly string[] {
  let bytes = all.reduce((sum, use) => sum + use.bytes, 0);
  let count = all.length;
  const gone: string[] = [];
  for (const use of all.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (count <= limits.maxDocuments && bytes <= limits.maxBytes) break;
    if (pinned.has(use.document)) continue;
    gone.push(use.document);
    bytes -= use.bytes;
    count--;
  }
  return gone;
}
