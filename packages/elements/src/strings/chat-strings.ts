/** The words of `<concord-chat>`. `locale` is the language of the page where the element stands, for `Intl`. */
export interface ChatStrings {
  /** What the list of messages is called by who cannot see it. */
  readonly chatMessages: (title: string) => string;
  readonly chatEmpty: string;
  readonly chatEmptyMore: string;
  readonly chatToday: string;
  readonly chatYesterday: string;
  readonly chatNewHere: string;
  readonly chatEdited: string;
  readonly chatDeletedMessage: string;
  readonly chatSending: string;
  readonly chatNotSent: (why: string) => string;
  readonly chatBy: (name: string, time: string) => string;
  /** Read out when it comes. */
  readonly chatSaid: (name: string, text: string) => string;
  readonly chatPinnedBy: (name: string) => string;
  readonly chatNewMessages: (count: number, locale: string) => string;
  readonly chatToNewest: string;
  readonly chatReplies: (count: number, locale: string) => string;
  readonly chatLastReply: (time: string) => string;
  readonly chatReactedWith: (emoji: string, names: readonly string[], locale: string) => string;
  readonly chatYou: string;
  readonly chatTyping: (names: readonly string[], locale: string) => string;
  readonly chatOffline: string;

  /** What the server notes. */
  readonly chatJoined: (name: string, by: string | undefined) => string;
  readonly chatLeft: (name: string, by: string | undefined) => string;
  readonly chatRole: (name: string, role: string, by: string) => string;
  readonly chatChanged: (field: string, value: string, by: string) => string;
  readonly chatPinned: (by: string) => string;
  readonly chatUnpinned: (by: string) => string;

  /** What can be done with a message. */
  readonly chatActions: string;
  readonly chatReact: string;
  readonly chatReply: string;
  readonly chatEdit: string;
  readonly chatDelete: string;
  readonly chatDeleteSure: string;
  readonly chatDeleteMore: string;
  readonly chatPin: string;
  readonly chatUnpin: string;
  readonly chatCopyLink: string;
  readonly chatLinkCopied: string;
  readonly chatLinkNotCopied: (address: string) => string;
  readonly chatMarkUnread: string;
  readonly chatMore: string;
  readonly chatCancel: string;

  /** Where one writes. */
  readonly chatWrite: (title: string) => string;
  readonly chatWriteReply: string;
  readonly chatSend: string;
  readonly chatSave: string;
  readonly chatEditing: string;
  readonly chatAttach: string;
  readonly chatDropHere: string;
  readonly chatRemoveFile: (name: string) => string;
  readonly chatUploading: (name: string, share: number, locale: string) => string;
  readonly chatFileTooLarge: (name: string, most: string) => string;
  readonly chatFileType: (name: string) => string;
  readonly chatTooManyFiles: (most: number, locale: string) => string;
  readonly chatCharactersLeft: (count: number, locale: string) => string;
  readonly chatWait: (seconds: number, locale: string) => string;
  readonly chatReadOnly: string;
  readonly chatNobody: string;
  readonly chatRecords: string;
  readonly chatNoRecords: string;

  readonly chatEmoji: string;
  readonly chatSearchEmoji: string;
  readonly chatNoEmoji: string;

  /** The panels beside the list. */
  readonly chatSearch: string;
  readonly chatSearchLabel: string;
  readonly chatSearchHint: string;
  readonly chatNothingFound: (query: string) => string;
  readonly chatMoreResults: string;
  readonly chatPins: string;
  readonly chatNoPins: string;
  readonly chatThread: string;
  readonly chatClose: string;

  readonly chatDownload: (name: string) => string;
  readonly chatOpenImage: (name: string) => string;

  /** The button at the corner of a page, and who comes by it. */
  readonly chatOpen: string;
  readonly chatOpenUnread: (count: number, locale: string) => string;
  readonly chatTitle: string;
  readonly chatWelcome: string;
  readonly chatYourName: string;
  readonly chatStart: string;
  /** A visitor's room is not there for them any more. */
  readonly chatOver: string;
}
