import type { Client } from '@concord/client';
import type { InboxItem } from '@concord/protocol';

/** Says of all that is new that it has been read. Rejects with what the server refuses it with. */
export async function markAllRead(client: Client, items: readonly InboxItem[]): Promise<void> {
  const reads = items.flatMap(({ collection, record, log, head, unread, mentions, threads }) => {
    const path = `/records/${collection}/${record}/${log}/read`;
    return [
      ...(unread > 0 || mentions > 0 ? [{ path, body: { seq: head } }] : []),
      ...threads.map(({ seq }) => ({ path, body: { seq: head, thread: seq } })),
    ];
  });
  await Promise.all(reads.map(({ path, body }) => client.request('PUT', path, body)));
}
