import type { FeedEvent } from '@concord/protocol';
import type { EncodedEvent } from '../../feed/encoding.ts';
import { toSnackbase } from './record.ts';

/** What is made of an event serves all that get the same: they are of one account. */
const made = new WeakMap<EncodedEvent, string>();

/** An event of the feed as SnackBase's, in JSON. */
export function snackbaseEvent(event: EncodedEvent, account: string): string {
  let text = made.get(event);
  if (text === undefined) made.set(event, (text = JSON.stringify(translate(JSON.parse(event.json) as FeedEvent, account))));
  return text;
}

/**
 * To who does not see all records, one that comes to be among those that it may see is created, and one that leaves
 * them is deleted: of that one, it hears the id (F5). So does everybody of one that was purged. Where a record was too
 * large for its event, the client is told to read it.
 */
function translate({ type, match, collection, record, timestamp, data, truncated }: FeedEvent, account: string): object {
  const operation = match === 'enter' ? 'create' : match === 'leave' ? 'delete' : type.slice(collection.length + 1);
  const bare = truncated === true && operation !== 'delete' ? { id: record, truncated } : { id: record };
  return { type: `${collection}.${operation}`, timestamp, data: data === undefined ? bare : toSnackbase(data, account) };
}
