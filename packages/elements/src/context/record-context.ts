import type { AnyClient, AnyRecord } from '../record/any-record.ts';
import type { Strings } from '../strings/strings.ts';
import { createContext, type Context } from './context.ts';

/** An open record, and what the element that has opened it says. */
export interface RecordScope {
  readonly client: AnyClient;
  readonly record: AnyRecord;
  readonly strings: Partial<Strings> | undefined;
}

/** The record of a `<concord-record>` around. */
export const recordContext: Context<RecordScope> = createContext('concord-record');
