import type { ShownEntry } from '@concord/client';
import { icon } from '../icons.ts';
import { chatIcon } from './chat-icons.ts';
import type { ChatScope } from './chat-scope.ts';
import type { EntryActions } from './list/entry-actions.ts';
import type { Dialog } from './overlay/dialog.ts';
import type { EmojiPicker } from './overlay/emoji-picker.ts';
import type { Menu, MenuItem } from './overlay/menu.ts';

export interface EntryActionsOptions {
  readonly picker: EmojiPicker;
  readonly menu: Menu;
  readonly dialog: Dialog;
  openThread(root: { readonly seq: number; readonly id: string }): void;
  edit(entry: ShownEntry): void;
  markUnread(seq: number): void;
}

/** What can be done with the messages of one log. */
export function createEntryActions(
  scope: ChatScope,
  { picker, menu, dialog, openThread, edit, markUnread }: EntryActionsOptions,
): EntryActions {
  const { log } = scope;
  const react = (entry: ShownEntry, emoji: string): void => scope.attempt(log.react(entry.id, emoji));

  function remove(entry: ShownEntry): void {
    const words = scope.words();
    dialog.confirm(words.chatDeleteSure, words.chatDeleteMore, words.chatDelete, () => scope.attempt(log.remove(entry.id)));
  }

  /** A link to the page that shows the message; or what the page makes of it. */
  async function copyLink(seq: number): Promise<void> {
    if (!scope.tell('concord-link', { seq })) return;
    const address = new URL(location.href);
    address.hash = `message-${seq}`;
    const words = scope.words();
    // Where a page is not to be trusted, browsers have no clipboard.
    const isCopied = await navigator.clipboard?.writeText(address.href).then(
      () => true,
      () => false,
    );
    if (isCopied === true) scope.note(words.chatLinkCopied);
    else scope.fail(new Error(words.chatLinkNotCopied(address.href)));
  }

  function itemsOf(entry: ShownEntry): readonly MenuItem[] {
    const { seq, isMine, pinnedAt, id } = entry;
    const words = scope.words();
    const { mayWrite, mayModerate } = log.get();
    const isPinned = pinnedAt !== undefined;
    const items: (MenuItem | false)[] = [
      seq !== undefined && { label: words.chatCopyLink, icon: chatIcon('link'), choose: () => scope.attempt(copyLink(seq)) },
      seq !== undefined &&
        !isMine &&
        entry.replyTo === undefined && { label: words.chatMarkUnread, icon: chatIcon('dot'), choose: () => markUnread(seq) },
      mayModerate && {
        label: isPinned ? words.chatUnpin : words.chatPin,
        icon: chatIcon('pin'),
        choose: () => scope.attempt(log.pin(id, !isPinned)),
      },
      isMine && mayWrite && { label: words.chatEdit, icon: chatIcon('pencil'), choose: () => edit(entry) },
      ((isMine && mayWrite) || mayModerate) && {
        label: words.chatDelete,
        icon: icon('trash'),
        isDanger: true,
        choose: () => remove(entry),
      },
    ];
    return items.filter((item) => item !== false);
  }

  return {
    react,
    edit,
    pickReaction: (entry, anchor) => picker.open(anchor, (emoji) => react(entry, emoji)),
    openThread({ seq, id }) {
      if (seq !== undefined) openThread({ seq, id });
    },
    openMenu: (entry, anchor) => menu.open(anchor, scope.words().chatActions, itemsOf(entry)),
    retry: ({ id }) => scope.attempt(log.retry(id)),
    discard: ({ id }) => scope.attempt(log.discard(id)),
    open: (mention) => void scope.tell('concord-open', mention),
  };
}
