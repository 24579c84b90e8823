import type { LogEntry } from '@concord/protocol';
import type { Me } from '../client.ts';
import type { Command } from '../commands.ts';
import type { ShownEntry } from '../log.ts';
import type { OutgoingEntry } from './outgoing.ts';

/** Makes what is shown of entries. The same entry is the same object, as long as nothing waits to be done to it. */
export interface ShownEntries {
  /** One that the server has, and what is to become of it. */
  sent(entry: LogEntry, change: Command | undefined): ShownEntry;
  /** One that is on its way. */
  outgoing(post: OutgoingEntry, change: Command | undefined): ShownEntry;
}

export function createShownEntries(me: () => Me | undefined): ShownEntries {
  const plain = new WeakMap<LogEntry, ShownEntry>();
  const changed = new WeakMap<Command, { readonly of: object; readonly shown: ShownEntry }>();
  const leaving = new WeakMap<Command, { readonly name: string | undefined; readonly shown: ShownEntry }>();

  function ofServer(entry: LogEntry): ShownEntry {
    const isMine = entry.author === me()?.id;
    const known = plain.get(entry);
    // Who looks may come to be known only later.
    if (known?.isMine === isMine) return known;
    const shown: ShownEntry = { ...entry, delivery: 'sent', isMine };
    plain.set(entry, shown);
    return shown;
  }

  function ofCommand(command: Command): ShownEntry {
    const user = me();
    const known = leaving.get(command);
    if (known !== undefined && known.name === user?.name) return known.shown;
    const { body, entry = '', at } = command;
    const shown: ShownEntry = {
      id: entry,
      seq: undefined,
      version: 0,
      author: user?.id ?? '',
      authorName: user?.name ?? '',
      at: new Date(at).toISOString(),
      text: String(body?.['text']),
      ...command.shown,
      ...deliveryOf(command),
      isMine: true,
    };
    leaving.set(command, { name: user?.name, shown });
    return shown;
  }

  /** As it will be when the change is done; as it is where that is refused. */
  function withChange(shown: ShownEntry, change: Command | undefined): ShownEntry {
    if (change === undefined || shown.deletedAt !== undefined) return shown;
    const known = changed.get(change);
    if (known?.of === shown) return known.shown;
    const next: ShownEntry = { ...shown, ...(change.state === 'waiting' ? after(change) : {}), ...deliveryOf(change) };
    changed.set(change, { of: shown, shown: next });
    return next;
  }

  return {
    sent: (entry, change) => withChange(ofServer(entry), change),
    outgoing: ({ command, answer }, change) => withChange(answer === undefined ? ofCommand(command) : ofServer(answer), change),
  };
}

function after({ operation, body, at }: Command): Partial<ShownEntry> {
  const when = new Date(at).toISOString();
  if (operation === 'edit') return { text: String(body?.['text']), editedAt: when };
  return { text: '', deletedAt: when, attachments: [], mentions: [], reactions: {} };
}

function deliveryOf({ state, error }: Command): Pick<ShownEntry, 'delivery' | 'error'> {
  if (state === 'waiting') return { delivery: 'sending' };
  return { delivery: 'failed', ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }) };
}
