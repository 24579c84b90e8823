import type { ConcordElement } from '../base/concord-element.ts';
import type { RecordProperties, RecordSource } from '../record/record-source.ts';
import type { Watcher } from '../base/watcher.ts';
import type { Strings } from '../strings/strings.ts';

/** What a `<concord-chat>` is told by the page. */
export interface ChatProperties extends RecordProperties {
  log: string;
  label: string | undefined;
  entry: number | undefined;
  readonly: boolean;
  reason: string | undefined;
  bare: boolean;
  floating: boolean;
  open: boolean;
  guest: string | undefined;
  account: string | undefined;
}

/** The element, as its code sees it that comes later. */
export interface ChatHost {
  readonly element: ConcordElement & ChatProperties;
  readonly source: RecordSource;
  readonly watcher: Watcher;
  words(): Strings;
}
