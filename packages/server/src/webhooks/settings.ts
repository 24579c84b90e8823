/** What is the same for all endpoints. */
export interface WebhookSettings {
  /** From the start of an attempt to the end of its answer. */
  readonly timeoutMs: number;
  /** Attempts at a time to one endpoint, over as many records. */
  readonly concurrency: number;
  /** Deliveries of one endpoint that are not over; beyond that it reads no further. */
  readonly maxPending: number;
  /** Deliveries of one endpoint that only wait for their turn; beyond that it does not read ahead. */
  readonly readAhead: number;
  readonly maxEndpoints: number;
  /** Of each endpoint so many deliveries that are over are kept, for so long; and as many dead letters, whatever their age. */
  readonly logEntries: number;
  readonly logKeepMs: number;
}

/** What the config does not set. */
export const defaultWebhookSettings: Omit<WebhookSettings, 'logEntries' | 'logKeepMs'> = {
  timeoutMs: 15_000,
  concurrency: 8,
  maxPending: 100_000,
  readAhead: 500,
  maxEndpoints: 100,
};
