import type { LogAttachment } from '@concord/protocol';
import type { LogAddress } from './log-address.ts';

/** What is known of uploaded files. What becomes of one whose entry is made, or deleted, is written by a `LogIndex`. */
export interface AttachmentBook {
  /**
   * The files of these ids, in their order. Asked under the record's lock, ahead of the commit that attaches them.
   *
   * @throws `invalid_record` where one was not uploaded to that log by `author`, or an entry has it already
   */
  find(address: LogAddress, author: string, ids: readonly string[]): Promise<readonly LogAttachment[]>;
}
