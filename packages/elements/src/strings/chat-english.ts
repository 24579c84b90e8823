import type { ChatStrings } from './chat-strings.ts';
import { labelOf } from './label.ts';
import { plural } from './plural.ts';

const list = (names: readonly string[]): string => new Intl.ListFormat('en').format(names);
const by = (name: string | undefined): string => (name === undefined ? '' : ` by ${name}`);

export const chatEnglish: ChatStrings = {
  chatMessages: (title) => (title === '' ? 'Messages' : `Messages in ${title}`),
  chatEmpty: 'Nothing here yet',
  chatEmptyMore: 'Write the first message.',
  chatToday: 'Today',
  chatYesterday: 'Yesterday',
  chatNewHere: 'New',
  chatEdited: 'edited',
  chatDeletedMessage: 'This message was deleted',
  chatSending: 'Sending…',
  chatNotSent: (why) => `Not sent. ${why}`,
  chatBy: (name, time) => `${name}, ${time}`,
  chatSaid: (name, text) => `${name}: ${text}`,
  chatPinnedBy: (name) => `Pinned by ${name}`,
  chatNewMessages: (count) => plural('en', count, { one: '# new message', other: '# new messages' }),
  chatToNewest: 'To the newest',
  chatReplies: (count) => plural('en', count, { one: '# reply', other: '# replies' }),
  chatLastReply: (time) => `last ${time}`,
  chatReactedWith: (emoji, names) => `${list(names)} reacted with ${emoji}`,
  chatYou: 'you',
  chatTyping: (names) =>
    names.length > 3 ? 'Several people are typing…' : `${list(names)} ${names.length === 1 ? 'is' : 'are'} typing…`,
  chatOffline: 'Offline. What you send goes out when you are back.',

  chatJoined: (name, inviter) => (inviter === undefined ? `${name} has joined` : `${name} was added${by(inviter)}`),
  chatLeft: (name, remover) => (remover === undefined ? `${name} has left` : `${name} was removed${by(remover)}`),
  chatRole: (name, role, who) => `${who} made ${name} ${role}`,
  chatChanged: (field, value, who) =>
    value === '' ? `${who} cleared ${labelOf(field).toLowerCase()}` : `${who} set ${labelOf(field).toLowerCase()} to ${value}`,
  chatPinned: (who) => `${who} pinned a message`,
  chatUnpinned: (who) => `${who} unpinned a message`,

  chatActions: 'Actions',
  chatReact: 'React',
  chatReply: 'Reply in thread',
  chatEdit: 'Edit',
  chatDelete: 'Delete',
  chatDeleteSure: 'Delete this message?',
  chatDeleteMore: 'It is gone for everybody, and cannot be brought back.',
  chatPin: 'Pin',
  chatUnpin: 'Unpin',
  chatCopyLink: 'Copy link',
  chatLinkCopied: 'The link is copied',
  chatLinkNotCopied: (address) => `The link could not be copied: ${address}`,
  chatMarkUnread: 'Mark as unread from here',
  chatMore: 'More',
  chatCancel: 'Cancel',

  chatWrite: (title) => (title === '' ? 'Write a message' : `Write to ${title}`),
  chatWriteReply: 'Reply',
  chatSend: 'Send',
  chatSave: 'Save',
  chatEditing: 'Editing a message',
  chatAttach: 'Attach a file',
  chatDropHere: 'Drop files to attach them',
  chatRemoveFile: (name) => `Remove ${name}`,
  chatUploading: (name, share) => `Uploading ${name}: ${Math.round(share * 100)}%`,
  chatFileTooLarge: (name, most) => `${name} is too large: at most ${most}.`,
  chatFileType: (name) => `Files such as ${name} cannot be attached here.`,
  chatTooManyFiles: (most) => `At most ${plural('en', most, { one: '# file', other: '# files' })}.`,
  chatCharactersLeft: (count) =>
    count < 0
      ? `${plural('en', -count, { one: '# character', other: '# characters' })} too many`
      : `${plural('en', count, { one: '# character', other: '# characters' })} left`,
  chatWait: (seconds) => `Slow mode: you can write again in ${seconds} s`,
  chatReadOnly: 'You may read this, but not write here.',
  chatNobody: 'Nobody by that name',
  chatRecords: 'Mention',
  chatNoRecords: 'Nothing by that name',

  chatEmoji: 'Emoji',
  chatSearchEmoji: 'Search emoji',
  chatNoEmoji: 'No emoji by that name',

  chatSearch: 'Search',
  chatSearchLabel: 'Search messages',
  chatSearchHint: 'Find what was written here by its words.',
  chatNothingFound: (query) => `Nothing found for “${query}”`,
  chatMoreResults: 'Older results',
  chatPins: 'Pinned messages',
  chatNoPins: 'Nothing is pinned yet. Pin what everybody should find again.',
  chatThread: 'Thread',
  chatClose: 'Close',

  chatDownload: (name) => `Download ${name}`,
  chatOpenImage: (name) => `Open ${name}`,

  chatOpen: 'Open chat',
  chatOpenUnread: (count) => `Open chat, ${plural('en', count, { one: '# new message', other: '# new messages' })}`,
  chatTitle: 'Chat with us',
  chatWelcome: 'Ask us anything. Somebody answers as soon as they can.',
  chatYourName: 'Your name (optional)',
  chatStart: 'Start chat',
  chatOver: 'This conversation is over. You can begin another one.',
};
