import { isDeepStrictEqual } from 'node:util';
import type { LogEntry } from '@concord/protocol';

/** What somebody was answered, or shown, of a log: from then on it holds. */
export interface Ledger {
  /** @throws where it has been shown in another place before */
  shown(id: string, seq: number): void;
  /** The server has said that the entry is so. */
  answered(entry: LogEntry): void;
  /** The server has it. */
  sent(id: string): void;
  deleted(id: string): void;
  /** Whether the user's reaction is there, as far as that user has wanted it. */
  reacted(id: string, emoji: string, user: string, isThere: boolean): void;
  /** What of it does not hold in a list of all entries. */
  brokenIn(entries: readonly LogEntry[]): readonly string[];
}

export function createLedger(): Ledger {
  const places = new Map<string, number>();
  const answers: LogEntry[] = [];
  const sent = new Set<string>();
  const gone = new Set<string>();
  const reactions = new Map<
    string,
    { readonly id: string; readonly emoji: string; readonly user: string; readonly is: boolean }
  >();

  const ledger: Ledger = {
    shown(id, seq) {
      const known = places.get(id) ?? seq;
      if (known !== seq) throw new Error(`${id} was shown as ${known} and as ${seq}.`);
      places.set(id, seq);
    },
    answered(entry) {
      ledger.shown(entry.id, entry.seq);
      answers.push(entry);
    },
    sent: (id) => void sent.add(id),
    deleted: (id) => void gone.add(id),
    reacted: (id, emoji, user, is) => void reactions.set(`${id} ${emoji} ${user}`, { id, emoji, user, is }),
    brokenIn(entries) {
      const broken: string[] = [];
      const byId = new Map(entries.map((entry) => [entry.id, entry]));
      if (byId.size !== entries.length) broken.push('an entry is there twice');
      for (const [index, { id, seq }] of entries.entries())
        if (seq !== index + 1) broken.push(`${id} is ${seq}, not ${index + 1}`);
      for (const [id, seq] of places) if (byId.get(id)?.seq !== seq) broken.push(`${id} was ${seq}, and is ${byId.get(id)?.seq}`);
      for (const answer of answers) {
        const entry = byId.get(answer.id);
        if (entry === undefined || entry.version < answer.version) broken.push(`${answer.id} has lost ${answer.version}`);
        else if (entry.version === answer.version && !isDeepStrictEqual(withoutThread(entry), withoutThread(answer)))
          broken.push(`${answer.id} was answered otherwise`);
      }
      for (const id of sent) if (!byId.has(id)) broken.push(`${id} was sent`);
      for (const id of gone) if (byId.get(id)?.deletedAt === undefined) broken.push(`${id} was deleted`);
      for (const { id, emoji, user, is } of reactions.values()) {
        const entry = byId.get(id);
        const isThere = entry?.reactions?.[emoji]?.includes(user) === true;
        if (entry?.deletedAt === undefined && isThere !== is) broken.push(`${emoji} by ${user} on ${id}`);
      }
      return broken;
    },
  };
  return ledger;
}

/** It follows from the replies, and raises no version. */
function withoutThread({ thread: _counted, ...entry }: LogEntry): Omit<LogEntry, 'thread'> {
  return entry;
}
