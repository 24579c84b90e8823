import type { LogNote } from '@concord/protocol';

/** What a note says, in English, with `<@user>` for people: nobody is mentioned by it. */
export function noteText(note: LogNote): string {
  const by = person(note.by);
  switch (note.type) {
    case 'changed':
      return note.value === null || note.value === ''
        ? `${by} has cleared the ${note.field}.`
        : `${by} has set the ${note.field} to ${typeof note.value === 'string' ? `“${note.value}”` : JSON.stringify(note.value)}.`;
    case 'joined':
      return note.user === note.by ? `${by} has joined.` : `${by} has added ${person(note.user)}.`;
    case 'left':
      return note.user === note.by ? `${by} has left.` : `${by} has removed ${person(note.user)}.`;
    case 'role':
      return `${by} has made ${person(note.user)} ${note.role}.`;
    case 'pinned':
      return `${by} has pinned a message.`;
    case 'unpinned':
      return `${by} has unpinned a message.`;
  }
}

function person(user: string): string {
  return `<@${user.replaceAll(/[%<>]/g, encodeURIComponent)}>`;
}
