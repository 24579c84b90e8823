import type { RecordAddress } from '@concord/protocol';

/** A log's place. */
export interface LogAddress extends RecordAddress {
  readonly log: string;
}
