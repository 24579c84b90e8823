import type { ChatScope } from '../chat-scope.ts';
import type { Named } from './mention-text.ts';

export interface Unsent {
  readonly text: string;
  readonly named: readonly Named[];
}

/** What somebody has begun and not sent in one log, or in one thread of it: as long as the page is there. */
export interface UnsentText {
  keep(what: Unsent): void;
  /** Undefined where nothing is kept, or where it is not known yet who the user is. */
  read(): Unsent | undefined;
  readonly isKnown: boolean;
}

/** By the user, the log and the thread: who signs in after another one finds nothing of theirs. */
const all = new Map<string, Unsent>();

export function unsentText({ client, log }: Pick<ChatScope, 'client' | 'log'>, thread: number | undefined): UnsentText {
  const key = (): string | undefined => {
    const me = client.me.get();
    return me && JSON.stringify([me.account, me.id, log.collection, log.record, log.name, thread]);
  };
  return {
    get isKnown() {
      return key() !== undefined;
    },
    keep(what) {
      const at = key();
      if (at === undefined) return;
      if (what.text === '') all.delete(at);
      else all.set(at, what);
    },
    read: () => all.get(key() ?? ''),
  };
}
