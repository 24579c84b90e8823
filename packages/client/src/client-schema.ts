import type { LogDescription } from '@concord/protocol';
import type { FieldSet, VisibleCollection } from '@concord/schema';

/** What the bearer of a token sees of a config. */
export interface ClientSchema {
  readonly account: string;
  /** Changes with the config. */
  readonly version: string;
  readonly collections: ReadonlyMap<string, ClientCollection>;
}

/** Whether somebody may; `depends`: on the record. */
export type May = boolean | 'depends';

export interface ClientPart extends FieldSet {
  /** Null for the content part. */
  readonly name: string | null;
  readonly read: May;
  readonly write: May;
}

export interface ClientCollection extends VisibleCollection {
  readonly createOnConnect: boolean;
  readonly may: { readonly create: May; readonly update: May; readonly delete: May };
  /** The content part first. */
  readonly parts: readonly ClientPart[];
  readonly logs: ReadonlyMap<string, LogDescription>;
  partOf(field: string): ClientPart;
}
