import type { Json } from '@concord/protocol';
import type { FinalState } from './delivery-machine.ts';

/** What is to be sent to an endpoint, as it waits in its queue. It holds nothing of a record: the feed does. */
export interface Queued {
  /** The `webhook-id`: the event's, or of the message. */
  readonly id: string;
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The event's number in the feed; absent for a message of the webhooks' own. */
  readonly seq?: number;
  readonly collection?: string;
  readonly record?: string;
  readonly message?: Message;
  /** Sent once, whatever comes of it. */
  readonly once?: true;
  /** What was asked for again: it may have been delivered before. */
  readonly replay?: true;
}

/** A message that is no event of the feed. */
export interface Message {
  readonly type: `webhook.${string}`;
  readonly timestamp: string;
  readonly data: { readonly [name: string]: Json };
}

/** One try, as the log tells of it. */
export interface Attempt {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly ms: number;
  readonly request: {
    readonly url: string;
    readonly timestamp: string;
    readonly bytes: number;
  };
  /** Absent where none came. */
  readonly response?: {
    readonly status: number;
    /** Its beginning. */
    readonly body: string;
    readonly truncated?: true;
  };
  /** Why it has failed, where the status does not say. */
  readonly error?: string;
}

/** A delivery that has failed so far. */
export interface Retry {
  readonly attempts: readonly Attempt[];
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
}

/** A delivery that is over. */
export interface Over extends Queued {
  readonly state: FinalState;
  readonly attempts: readonly Attempt[];
  readonly overAt: number;
}

/** Deliveries of one record are in order; each of the others is for itself. */
export function laneOf({ collection, record }: Queued, delivery: number): string {
  return record === undefined ? `#${delivery}` : `${collection}/${record}`;
}
