import type { Stored } from './delivery-log.ts';
import type { Queued } from './delivery.ts';
import type { DeliveryInfo } from './webhooks.ts';

/** A delivery as it is shown. */
export function describeDelivery(stored: Stored): DeliveryInfo {
  const isOver = 'over' in stored;
  const { id, type, collection, record, replay, at }: Queued = isOver ? stored.over : stored.queued;
  const retry = isOver ? undefined : stored.retry;
  return {
    id: String(stored.delivery),
    state: isOver ? stored.over.state : retry === undefined ? 'queued' : 'waiting',
    event: id,
    type,
    ...(collection === undefined ? {} : { collection }),
    ...(record === undefined ? {} : { record }),
    ...(replay === undefined ? {} : { replay }),
    createdAt: new Date(at).toISOString(),
    ...(retry === undefined ? {} : { nextAttemptAt: new Date(retry.dueAt).toISOString() }),
    ...(isOver ? { endedAt: new Date(stored.over.overAt).toISOString() } : {}),
    attempts: isOver ? stored.over.attempts : (retry?.attempts ?? []),
  };
}
