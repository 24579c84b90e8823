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
  /** Documents that one socket has open, or is opening, at once. */
  readonly maxDocumentsPerSocket: number;
  /** Of one realtime socket. */
  readonly maxSubscriptionsPerSocket: number;
  /** Frames that one socket may send in the long run. A client on the server's own machine is not counted. */
  readonly maxMessagesPerSecond: number;
  /** … and how many at once, after a pause. */
  readonly maxMessageBurst: number;
  /** Sockets, event streams and waiting long polls, together. */
  readonly maxConnectionsPerUser: number;
  /** The same by client address: an IPv4 address, or an IPv6 /64. Loopback addresses are not counted. */
  readonly maxConnectionsPerAddress: number;
  /** How long a socket may be open before its first token has been accepted. */
  readonly maxUnauthenticatedMs: number;
  /** A reader with more than this unsent is dropped, and resumes. */
  readonly maxUnsentBytes: number;
  readonly maxBatchRecords: number;
  /** Records that one user may bring into being by opening documents (`createOnConnect`), per minute. */
  readonly maxCreationsPerMinute: number;
  readonly maxFilterChars: number;
  /** How long a hook of the config may take. */
  readonly maxHookMs: number;
  /** An event larger than this refers to the view instead of carrying it. */
  readonly maxEventBytes: number;
  /** The text of one entry of a log, in UTF-8. */
  readonly maxLogTextBytes: number;
  /** One file that is attached to an entry. */
  readonly maxFileBytes: number;
  /** What one user may have uploaded and not yet attached to anything. */
  readonly maxLooseFileBytes: number;
  /** Entries that one user may send, change or react to, in all logs, in a minute. */
  readonly maxEntriesPerMinute: number;
  /** Guests that may come from one client address in an hour. */
  readonly maxGuestsPerHour: number;
}

export const defaultLimits: Limits = {
  maxUpdateBytes: MiB,
  maxDocumentBytes: 50 * MiB,
  maxBodyBytes: MiB,
  // Rich text takes two levels a node, and a list within a list two nodes.
  maxJsonDepth: 256,
  maxAwarenessBytes: 16 * KiB,
  maxDocumentsPerSocket: 200,
  maxSubscriptionsPerSocket: 100,
  // Somebody who types sends ten a second, an eager program some hundreds; a paste or a reconnection comes in one go.
  maxMessagesPerSecond: 1000,
  maxMessageBurst: 5000,
  maxConnectionsPerUser: 50,
  maxConnectionsPerAddress: 2000,
  maxUnauthenticatedMs: 30_000,
  maxUnsentBytes: 16 * MiB,
  maxBatchRecords: 100,
  maxCreationsPerMinute: 1000,
  maxFilterChars: 4096,
  maxHookMs: 5000,
  maxEventBytes: 64 * KiB,
  maxLogTextBytes: 16 * KiB,
  maxFileBytes: 25 * MiB,
  maxLooseFileBytes: 100 * MiB,
  maxEntriesPerMinute: 600,
  maxGuestsPerHour: 100,
};
