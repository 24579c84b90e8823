import type { LiveLog } from '@concord/client';
import type { Live } from '../base/cell.ts';
import type { AnyClient, AnyRecord } from '../record/any-record.ts';
import type { ChatStrings } from '../strings/chat-strings.ts';
import type { Strings } from '../strings/strings.ts';
import type { Files } from './files.ts';
import type { Names } from './names.ts';

export type ChatWords = Strings & ChatStrings;

/** What all parts of one chat have in common. */
export interface ChatScope {
  readonly client: AnyClient;
  readonly record: AnyRecord;
  readonly log: LiveLog;
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  readonly locale: string;
  readonly names: Names;
  readonly files: Files;
  words(): ChatWords;
  /** The value as it is; the chat is rendered again when it changes. Call it while rendering. */
  read<T>(live: Live<T>): T;
  /** Has the chat rendered again. */
  update(): void;
  /** Says for a moment what was done. */
  note(text: string): void;
  /** Shows what went wrong. */
  fail(error: unknown): void;
  /** Shows what went wrong, where it does. */
  attempt(action: Promise<unknown>): void;
  /** Sends an event that the page may answer. False where it has prevented what happens else. */
  tell(name: string, detail: object): boolean;
}
