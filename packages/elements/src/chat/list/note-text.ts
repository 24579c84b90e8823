import type { LogEntry } from '@concord/protocol';
import type { ChatWords } from '../chat-scope.ts';
import type { Names } from '../names.ts';

/** What the server has noted, in the words of the page; in the server's where it is of a kind that is not known. */
export function noteText({ system, text }: Pick<LogEntry, 'system' | 'text'>, names: Names, words: ChatWords): string {
  switch (system?.type) {
    case 'joined':
    case 'left': {
      const by = system.by === system.user ? undefined : names.user(system.by);
      return (system.type === 'joined' ? words.chatJoined : words.chatLeft)(names.user(system.user), by);
    }
    case 'role':
      return words.chatRole(names.user(system.user), system.role, names.user(system.by));
    case 'changed':
      return words.chatChanged(system.field, valueText(system.value, words), names.user(system.by));
    case 'pinned':
      return words.chatPinned(names.user(system.by));
    case 'unpinned':
      return words.chatUnpinned(names.user(system.by));
    default:
      return text;
  }
}

function valueText(value: unknown, words: ChatWords): string {
  if (typeof value === 'boolean') return value ? words.on : words.off;
  if (typeof value === 'string') return value === '' ? '' : `“${value}”`;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
