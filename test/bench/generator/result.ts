import type { JobResult } from './jobs.ts';

/** What a job reports that measures something else. */
export const nothingMeasured: JobResult = {
  windowMs: 0,
  updates: 0,
  deliveries: 0,
  deliveredBytes: 0,
  messages: 0,
  generatorCpuMs: 0,
  ack: null,
  delivery: null,
  timed: {},
  lagP99Ms: null,
  drained: true,
  verified: null,
  syncMs: null,
};
