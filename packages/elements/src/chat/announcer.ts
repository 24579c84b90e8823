import type { ShownEntry } from '@concord/client';
import type { ChatScope } from './chat-scope.ts';
import { plainText } from './text/parse-text.ts';

/** What is read out: the latest that others have written since the chat was opened. */
export interface Announcer {
  text(entries: readonly ShownEntry[]): string;
}

export function createAnnouncer({ log, names, words }: ChatScope): Announcer {
  let upTo: number | undefined;
  let text = '';
  return {
    text(entries) {
      const { phase, head } = log.get();
      if (phase === 'loading') return text;
      upTo ??= head;
      const last = entries.findLast(({ seq }) => seq !== undefined);
      if (last?.seq === undefined || last.seq <= upTo) return text;
      upTo = last.seq;
      if (last.isMine || last.system !== undefined) return text;
      const said = plainText(last.text, (mention) =>
        mention.kind === 'user' ? names.user(mention.id) : names.record(mention.collection, mention.id),
      );
      text = words().chatSaid(last.authorName, said);
      return text;
    },
  };
}
