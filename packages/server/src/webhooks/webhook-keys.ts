/** Where webhooks lie in the store. Names of accounts and endpoints hold no separator, so no key runs into another. */

/** What an endpoint is: see `Endpoint`. */
export const endpointPrefix = 'webhook/';

export function endpointKey(account: string, id = ''): string {
  return `${endpointPrefix}${account}/${id}`;
}

/** How far an endpoint has come: see `Progress`. */
export function progressKey(account: string, id: string): string {
  return `webhook-progress/${account}/${id}`;
}

/** The log of its deliveries that are not over. An entry's number is the delivery's, and removed when that is over. */
export function queueScope(account: string, id: string): string {
  return `webhook-queue/${account}/${id}`;
}

/** What came of the attempts of deliveries that have failed so far. */
export function retryKey(account: string, id: string, delivery?: number): string {
  return `webhook-retry/${account}/${id}/${delivery === undefined ? '' : padded(delivery)}`;
}

/** Deliveries that are over: those that were delivered or withheld, and the dead letters. */
export function overKey(which: 'done' | 'dead', account: string, id: string, delivery?: number): string {
  return `webhook-${which}/${account}/${id}/${delivery === undefined ? '' : padded(delivery)}`;
}

/** Stretches of the feed that are yet to be replayed. */
export function replayKey(account: string, id: string, replay = ''): string {
  return `webhook-replay/${account}/${id}/${replay}`;
}

/** The number of a delivery whose key that is. */
export function deliveryOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1));
}

/** Of one length, so that keys sort as numbers do. */
function padded(number: number): string {
  return String(number).padStart(14, '0');
}
