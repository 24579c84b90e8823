import type { ShownEntry } from '@concord/client';

/** What can be done with a message, by whom it is shown. */
export interface EntryActions {
  react(entry: ShownEntry, emoji: string): void;
  pickReaction(entry: ShownEntry, anchor: HTMLElement): void;
  openThread(entry: ShownEntry): void;
  edit(entry: ShownEntry): void;
  openMenu(entry: ShownEntry, anchor: HTMLElement): void;
  retry(entry: ShownEntry): void;
  discard(entry: ShownEntry): void;
  /** A person or a record that a message names. */
  open(mention: { readonly user: string } | { readonly collection: string; readonly record: string }): void;
}
