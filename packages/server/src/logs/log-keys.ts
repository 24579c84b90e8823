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
