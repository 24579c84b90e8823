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

/** The number of the one event of a record that lies at or below the horizon, where there is one. */
export function keptKey(account: string, collection: string, record: string): string {
  return `feed-kept/${account}/${collection}/${record}`;
}

export function encodeNumber(number: number): Uint8Array {
  return new TextEncoder().encode(`${number}`);
}

export function decodeNumber(bytes: Uint8Array): number {
  const number = Number(new TextDecoder().decode(bytes));
  if (!Number.isSafeInteger(number)) throw new Error('A stored number is damaged');
  return number;
}
