import type { GroupReport } from '@concord/store';
import type { Limits } from '@concord/protocol';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface ObservedRequest {
  readonly method: string;
  /** The route's pattern, never the path: there are few of them. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Numbers by transport: `sync`, `yjs`, `realtime`, `sse`, `longpoll`, `poll`. */
export type ByTransport = Readonly<Record<string, number>>;

/** What `/metrics` tells. Numbers that others keep are asked for when it is read. */
export interface Metrics {
  /** For {@link Store.onGroup}. */
  observeGroup(report: GroupReport): void;
  observeRequest(request: ObservedRequest): void;
  /** Events have been published. */
  countEvents(count: number): void;
  /** Somebody has met a limit of the config. */
  countLimit(limit: keyof Limits): void;
  /** A webhook's receiver has taken what it was sent, or has not. */
  observeAttempt(outcome: 'delivered' | 'failed', seconds: number): void;
  /** A delivery is over. */
  countDelivery(state: 'delivered' | 'dead' | 'withheld'): void;
  /** A webhook was disabled without anybody saying so. */
  countDisabledWebhook(reason: string): void;
  gauge(name: string, help: string, collect: () => number | Promise<number>): void;
  gaugeByTransport(name: string, help: string, collect: () => ByTransport): void;
  /** In the Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** The names under which `createServer` registers what it counts itself. */
export const gaugeNames: Readonly<
  Record<
    'connections' | 'documentsLoaded' | 'feedHead' | 'feedSubscribers' | 'ready' | 'webhooksPending',
    readonly [name: string, help: string]
  >
> = {
  connections: ['concord_connections', 'Open connections'],
  documentsLoaded: ['concord_documents_loaded', 'Parts held in memory'],
  feedHead: ['concord_feed_head', 'Number of the last event, summed over the accounts that were active since the start'],
  feedSubscribers: ['concord_feed_subscribers', 'Readers of the feed that wait for events'],
  webhooksPending: ['concord_webhook_deliveries_pending', 'Deliveries of enabled webhooks that are not over'],
  ready: ['concord_ready', 'Whether requests can be served: 1 or 0'],
};

const commitSeconds = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const groupSizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const requestSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60];

/** In a registry of its own, so that two servers in one process do not count for each other. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const commit = new Histogram({
    registers,
    name: 'concord_journal_commit_seconds',
    help: 'From the sealing of a group to its being durable',
    buckets: commitSeconds,
  });
  const groupSize = new Histogram({
    registers,
    name: 'concord_journal_group_commits',
    help: 'Commits written together as one group',
    buckets: groupSizes,
  });
  const written = new Counter({ registers, name: 'concord_journal_bytes_total', help: 'Bytes handed to the store' });
  const failures = new Counter({ registers, name: 'concord_store_failures_total', help: 'Groups whose writing failed' });
  const events = new Counter({ registers, name: 'concord_feed_events_total', help: 'Events published since the start' });
  const limitHits = new Counter({
    registers,
    name: 'concord_limit_hits_total',
    help: 'What was refused because a limit of the config was met, by limit',
    labelNames: ['limit'] as const,
  });
  const requests = new Histogram({
    registers,
    name: 'concord_http_request_seconds',
    help: 'From the arrival of a request to the end of its answer; event streams are left out',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: requestSeconds,
  });
  const attempts = new Histogram({
    registers,
    name: 'concord_webhook_attempt_seconds',
    help: 'From the start of an attempt to the end of its answer, by what came of it',
    labelNames: ['outcome'] as const,
    buckets: requestSeconds,
  });
  const deliveries = new Counter({
    registers,
    name: 'concord_webhook_deliveries_total',
    help: 'Deliveries that are over, by how they ended',
    labelNames: ['state'] as const,
  });
  const disabledWebhooks = new Counter({
    registers,
    name: 'concord_webhooks_disabled_total',
    help: 'Webhooks that were disabled because their receivers took nothing, or wanted no more',
    labelNames: ['reason'] as const,
  });
  const gauge: Metrics['gauge'] = (name, help, collect) => {
    const created: Gauge = new Gauge({ registers, name, help, collect: async () => created.set(await collect()) });
  };
  gauge('process_resident_memory_bytes', 'Memory of the process', () => process.memoryUsage.rss());
  gauge('process_cpu_seconds', 'CPU time of the process, user and system', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  return {
    contentType: registry.contentType,
    observeGroup({ commits, bytes, ms, failed }) {
      if (failed) return failures.inc();
      commit.observe(ms / 1000);
      groupSize.observe(commits);
      written.inc(bytes);
    },
    observeRequest: ({ method, route, status, seconds }) => requests.observe({ method, route, status: String(status) }, seconds),
    countLimit: (limit) => limitHits.inc({ limit }),
    countEvents: (count) => events.inc(count),
    observeAttempt: (outcome, seconds) => attempts.observe({ outcome }, seconds),
    countDelivery: (state) => deliveries.inc({ state }),
    countDisabledWebhook: (reason) => disabledWebhooks.inc({ reason }),
    gauge,
    gaugeByTransport(name, help, collect) {
      const created: Gauge<'transport'> = new Gauge({
        registers,
        name,
        help,
        labelNames: ['transport'] as const,
        collect: () => {
          for (const [transport, value] of Object.entries(collect())) created.set({ transport }, value);
        },
      });
    },
    text: () => registry.metrics(),
  };
}
