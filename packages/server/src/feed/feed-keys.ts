import { seqKey } from '../logs/log-keys.ts';

/** Where feeds lie in the store. Account and collection names hold no separator, so no key runs into another. */

/** Every account that has ever had an event has a value under this prefix. */
export const accountPrefix = 'account/';

export function accountKey(account: string): string {
  return accountPrefix + account;
}

export function feedScope(account: string): string {
  return `feed/${account}`;
}

/** The number up to which the feed has been compacted. */
export function horizonKey(account: string): string {
  return `feed-horizon/${account}`;
}

/** What an event is about: a record, or an entry of one of its logs. */
export interface Subject {
  readonly collection: string;
  readonly record: string;
  readonly log?: string;
  readonly seq?: number;
}

/** The number of the one event of a record, or of an entry, that lies at or below the horizon, where there is one. */
export function keptKey(account: string, { collection, record, log, seq }: Subject): string {
  const key = `feed-kept/${account}/${collection}/${record}`;
  return log === undefined || seq === undefined ? key : `${keptEntriesPrefix(key)}${log}/${seqKey(seq)}`;
}

/** The same of all entries of the logs of a record, whose own key that is. */
export function keptEntriesPrefix(key: string): string {
  return `${key}/`;
}

export function encodeNumber(number: number): Uint8Array {
  return new TextEncoder().encode(`${number}`);
}

export function decodeNumber(bytes: Uint8Array): number {
  const number = Number(new TextDecoder().decode(bytes));
  if (!Number.isSafeInteger(number)) throw new Error('A stored number is damaged');
  return number;
}
