const KiB = 1024;
const MiB = 1024 * KiB;

/** What one party may ask of the server. Every number can be set in the config's `limits`. */
export interface Limits {
  /** One Yjs update. */
  readonly maxUpdateBytes: number;
  /** One document's encoded state; also the first sync of a client that comes home from offline work. */
  readonly maxDocumentBytes: number;
  readonly maxBodyBytes: number;
  /** How deep a JSON value may be nested. */
  readonly maxJsonDepth: number;
  readonly maxAwarenessBytes: number;
  /** A reader with more than this unsent is dropped, and resumes. */
  readonly maxUnsentBytes: number;
  readonly maxBatchRecords: number;
  /** Records that one user may bring into being by opening documents (`createOnConnect`), per minute. */
  readonly maxCreationsPerMinute: number;
  readonly maxFilterChars: number;
  /** An event larger than this refers to the view instead of carrying it. */
  readonly maxEventBytes: number;
}

export const defaultLimits: Limits = {
  maxUpdateBytes: MiB,
  maxDocumentBytes: 50 * MiB,
  maxBodyBytes: MiB,
  // Rich text takes two levels a node, and a list within a list two nodes.
  maxJsonDepth: 256,
  maxAwarenessBytes: 16 * KiB,
  maxUnsentBytes: 16 * MiB,
  maxBatchRecords: 100,
  maxCreationsPerMinute: 1000,
  maxFilterChars: 4096,
  maxEventBytes: 64 * KiB,
};
