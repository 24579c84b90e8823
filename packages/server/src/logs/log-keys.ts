import type { RecordAddress } from '@concord/protocol';
import type { LogAddress } from './log-address.ts';

/**
 * Where logs lie in the store. All that belongs to the logs of a record begins with its prefix, so that a purge finds it. No
 * name of an account, collection, record, log or entry holds a `/`; names of users and words are escaped.
 */
export const logsPrefix = 'log/';

export function recordLogsPrefix({ account, collection, record }: RecordAddress): string {
  return `${logsPrefix}${account}/${collection}/${record}/`;
}

export function logPrefix(address: LogAddress): string {
  return `${recordLogsPrefix(address)}${address.log}/`;
}

/** Of one length, so that keys are in the order of the numbers. */
export function seqKey(seq: number): string {
  return String(seq).padStart(12, '0');
}

/** A user's name, or any text, as a step of a key. */
export function keyStep(text: string): string {
  return encodeURIComponent(text);
}

/** The entries, in their order. */
export function entriesPrefix(address: LogAddress): string {
  return `${logPrefix(address)}e/`;
}

export function entryKey(address: LogAddress, seq: number): string {
  return `${entriesPrefix(address)}${seqKey(seq)}`;
}

/** The number of the entry with that id. */
export function entryIdKey(address: LogAddress, id: string): string {
  return `${logPrefix(address)}i/${id}`;
}

/** The replies of a thread, in their order: the author of each that is not deleted. */
export function threadPrefix(address: LogAddress, root: number): string {
  return `${logPrefix(address)}h/${seqKey(root)}/`;
}

export function threadKey(address: LogAddress, root: number, seq: number): string {
  return `${threadPrefix(address, root)}${seqKey(seq)}`;
}

/** The entries that are pinned, in the order of the log. */
export function pinsPrefix(address: LogAddress): string {
  return `${logPrefix(address)}p/`;
}

export function pinKey(address: LogAddress, seq: number): string {
  return `${pinsPrefix(address)}${seqKey(seq)}`;
}

/** When a user has last posted, where there is slow mode. */
export function lastPostKey(address: LogAddress, user: string): string {
  return `${logPrefix(address)}a/${keyStep(user)}`;
}
