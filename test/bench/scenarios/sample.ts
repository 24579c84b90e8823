import type { JobResult } from '../generator/jobs.ts';
import type { ProfiledFunction } from '../measure/profile.ts';

/** One run of one scenario against one target. What a scenario does not measure is absent. */
export type Sample = Partial<Record<MetricName, number>> & { readonly problems: readonly string[] };

export type MetricName = keyof typeof metrics;

/** What is measured, in the order of the report. */
export const metrics = {
  updatesPerSecond: { title: 'updates/s', digits: 0 },
  cpuPerUpdateUs: { title: 'CPU µs/update', digits: 1 },
  cpuPerDeliveryUs: { title: 'CPU µs/delivery', digits: 2 },
  bytesPerDelivery: { title: 'bytes/delivery', digits: 0 },
  deliveriesPerSecond: { title: 'deliveries/s', digits: 0 },
  wallSeconds: { title: 'wall s', digits: 1 },
  cpuPerClientUs: { title: 'CPU µs/client', digits: 0 },
  catchUpP50Ms: { title: 'caught up p50 ms', digits: 1 },
  catchUpP99Ms: { title: 'caught up p99 ms', digits: 1 },
  beforeP50Ms: { title: 'seen before p50 ms', digits: 2 },
  beforeP99Ms: { title: 'seen before p99 ms', digits: 2 },
  ackP50Ms: { title: 'ack p50 ms', digits: 2 },
  ackP99Ms: { title: 'ack p99 ms', digits: 2 },
  deliveryP50Ms: { title: 'seen p50 ms', digits: 2 },
  deliveryP99Ms: { title: 'seen p99 ms', digits: 2 },
  sseP50Ms: { title: 'SSE p50 ms', digits: 2 },
  sseP99Ms: { title: 'SSE p99 ms', digits: 2 },
  realtimeP50Ms: { title: 'WebSocket p50 ms', digits: 2 },
  realtimeP99Ms: { title: 'WebSocket p99 ms', digits: 2 },
  webhookP50Ms: { title: 'webhook p50 ms', digits: 2 },
  webhookP99Ms: { title: 'webhook p99 ms', digits: 2 },
  inboxP50Ms: { title: 'inbox p50 ms', digits: 1 },
  inboxP99Ms: { title: 'inbox p99 ms', digits: 1 },
  documentCpuUs: { title: 'document µs/delivery', digits: 2 },
  roomToDocument: { title: 'room / document', digits: 2 },
  framesPerSecond: { title: 'frames/s', digits: 0 },
  framesPerMember: { title: 'frames/s each', digits: 2 },
  rareP50Ms: { title: 'rare p50 ms', digits: 1 },
  rareP99Ms: { title: 'p99 ms', digits: 1 },
  commonP50Ms: { title: 'common p50 ms', digits: 1 },
  commonP99Ms: { title: 'p99 ms', digits: 1 },
  bothP50Ms: { title: 'two common p50 ms', digits: 1 },
  bothP99Ms: { title: 'p99 ms', digits: 1 },
  cpuPerSearchMs: { title: 'CPU ms/search', digits: 1 },
  lagP99Ms: { title: 'gen. lag p99 ms', digits: 2 },
  serverCpuShare: { title: 'server cores', digits: 2 },
  generatorCpuShare: { title: 'gen. cores', digits: 2 },
  rssMb: { title: 'RSS MB', digits: 0 },
  heapPerDocumentKb: { title: 'heap KB/doc', digits: 1 },
  rssPerDocumentKb: { title: 'RSS KB/doc', digits: 1 },
  heapPerRoomKb: { title: 'heap KB/room', digits: 1 },
  rssPerRoomKb: { title: 'RSS KB/room', digits: 1 },
  openSmallMs: { title: 'open small ms', digits: 1 },
  openSmallCpuMs: { title: 'CPU ms', digits: 1 },
  openLargeMs: { title: 'open large ms', digits: 1 },
  openLargeCpuMs: { title: 'CPU ms', digits: 1 },
  largeToSmall: { title: 'large / small', digits: 2 },
  largeCpuToSmallCpu: { title: 'CPU / CPU', digits: 2 },
  segmentMs: { title: 'ms/segment', digits: 1 },
  heapPerSegmentKb: { title: 'heap KB/segment', digits: 1 },
  loadMs: { title: 'load ms', digits: 1 },
  loadCpuMs: { title: 'load CPU ms', digits: 1 },
  decodeMs: { title: 'Yjs decode ms', digits: 1 },
  loadToDecode: { title: 'load / decode', digits: 2 },
  loadCpuToDecodeCpu: { title: 'CPU / decode CPU', digits: 2 },
  storeSeconds: { title: 'storing s', digits: 1 },
  screenP50Ms: { title: 'key to screen p50 ms', digits: 1 },
  screenP95Ms: { title: 'p95 ms', digits: 1 },
  keyCpuP50Ms: { title: 'CPU a key p50 ms', digits: 1 },
  keyCpuP95Ms: { title: 'p95 ms', digits: 1 },
  keyCpuMaxMs: { title: 'max ms', digits: 1 },
  paintP50Ms: { title: 'key to own screen p50 ms', digits: 1 },
  paintP95Ms: { title: 'p95 ms', digits: 1 },
  longestTaskMs: { title: 'longest task ms', digits: 0 },
  openColdMs: { title: 'first open ms', digits: 0 },
  openP50Ms: { title: 'open p50 ms', digits: 0 },
  openP95Ms: { title: 'p95 ms', digits: 0 },
  againP50Ms: { title: 'again p50 ms', digits: 0 },
  againP95Ms: { title: 'p95 ms', digits: 0 },
  frameP50Ms: { title: 'frame p50 ms', digits: 1 },
  frameP95Ms: { title: 'p95 ms', digits: 1 },
  frameMaxMs: { title: 'max ms', digits: 0 },
  slowFrames: { title: 'frames over 50 ms', digits: 0 },
} as const;

/** Figures that are compared with the yardstick's in the same round. */
export const comparedMetrics: readonly MetricName[] = [
  'cpuPerUpdateUs',
  'cpuPerDeliveryUs',
  'ackP50Ms',
  'ackP99Ms',
  'heapPerDocumentKb',
  'rssPerDocumentKb',
  'loadMs',
];

export interface Measured {
  readonly sample: Sample;
  readonly profile: readonly ProfiledFunction[] | null;
}

/** Above this share of a core the load generator may be what is measured. */
const generatorShareMax = 0.9;

/** An open loop that is later than this (p99) says more about the machine than about the server. */
const lagMaxMs = 10;

/** What can go wrong with every job. */
export function problemsOf(result: JobResult): string[] {
  const problems: string[] = [];
  if (result.windowMs > 0 && result.generatorCpuMs / result.windowMs > generatorShareMax) {
    problems.push('the load generator was busy all the time: the server may not have been the bottleneck');
  }
  if (result.lagP99Ms !== null && result.lagP99Ms > lagMaxMs) {
    problems.push('the load generator was held up by the machine: the latencies of such a run are not to be trusted');
  }
  if (!result.drained) problems.push('not everything sent was acknowledged and delivered in time');
  if (result.verified === false) problems.push('a late joiner did not get everything that was typed');
  return problems;
}

export type Figures = Partial<Record<MetricName, number | null | undefined>>;

/** The figures that are there; undefined and null ones are left out. */
export function sampleOf(figures: Figures, problems: readonly string[]): Sample {
  const entries = Object.entries(figures).filter(([, value]) => value !== null && value !== undefined);
  return { ...(Object.fromEntries(entries) as Partial<Record<MetricName, number>>), problems };
}
