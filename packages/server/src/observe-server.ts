import type { Documents } from './documents/documents.ts';
import type { Bus } from './feed/bus.ts';
import type { Changes } from './feed/changes.ts';
import { gaugeNames, type Metrics } from './metrics.ts';

/** What of a server is shown in `/metrics` as it is when somebody looks. */
export interface Observed {
  readonly documents: Documents;
  readonly changes: Changes;
  readonly bus: Bus;
  /** Open sockets of the feed. */
  readonly realtimeSockets: () => number;
  readonly webhooksPending: () => number;
  readonly isReady: () => boolean;
}

/** Shows it. */
export function observeServer(metrics: Metrics, observed: Observed): void {
  const { documents, changes, bus, realtimeSockets, webhooksPending, isReady } = observed;
  metrics.gaugeByTransport(...gaugeNames.connections, () => ({
    sync: documents.sockets('sync'),
    yjs: documents.sockets('yjs'),
    realtime: realtimeSockets(),
    sse: changes.counts().sse,
    longpoll: changes.counts().longpoll,
  }));
  metrics.gaugeByTransport(...gaugeNames.feedSubscribers, () => ({
    sse: changes.counts().sse,
    realtime: changes.counts().realtime,
    longpoll: changes.counts().longpoll,
  }));
  const heads = new Map<string, number>();
  bus.onAnnounced((account, head) => {
    // An account's first announcement since the start may speak of many events; it is counted as one.
    metrics.countEvents(head - (heads.get(account) ?? head - 1));
    heads.set(account, head);
  });
  metrics.gauge(...gaugeNames.feedHead, () => [...heads.values()].reduce((sum, head) => sum + head, 0));
  metrics.gauge(...gaugeNames.documentsLoaded, () => documents.loaded);
  metrics.gauge(...gaugeNames.webhooksPending, webhooksPending);
  metrics.gauge(...gaugeNames.ready, () => (isReady() ? 1 : 0));
}
