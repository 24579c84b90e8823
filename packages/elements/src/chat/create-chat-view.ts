import type { LiveLog } from '@concord/client';
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { adoptStyles } from '../base/adopt-styles.ts';
import { icon } from '../icons.ts';
import type { AnyRecord } from '../record/any-record.ts';
import { chatEnglish } from '../strings/chat-english.ts';
import type { Strings } from '../strings/strings.ts';
import { chatStyles } from '../styles/chat/chat-styles.ts';
import type { ChatHost } from './chat-host.ts';
import type { ChatScope, ChatWords } from './chat-scope.ts';
import { createChat, type Chat } from './create-chat.ts';
import { createFiles, type Files } from './files.ts';
import { createNames } from './names.ts';
import { createWidget } from './widget/create-widget.ts';

/** What a `<concord-chat>` shows: its chat, in the page or in a panel at the page's corner. */
export interface ChatView {
  willUpdate(): void;
  render(): TemplateResult;
  updated(): void;
  focus(): void;
  jump(seq: number): Promise<void>;
  toggle(panel: 'search' | 'pins'): void;
  close(): void;
}

interface Opened {
  readonly record: AnyRecord;
  readonly log: LiveLog;
  readonly files: Files;
  readonly chat: Chat;
  readonly scope: ChatScope;
}

export function createChatView(host: ChatHost): ChatView {
  const { element, source, watcher } = host;
  const root = element.renderRoot as ShadowRoot;
  for (const styles of chatStyles) adoptStyles(root, styles);
  const update = (): void => element.requestUpdate();
  let words: { readonly of: Strings; readonly all: ChatWords } | undefined;
  let opened: Opened | undefined;
  let shownEntry: number | undefined;

  function allWords(): ChatWords {
    const of = host.words();
    if (words?.of !== of) words = { of, all: { ...chatEnglish, ...of } };
    return words.all;
  }

  const widget = createWidget(host, allWords, {
    unread: () => unread(),
    isOver: () => opened !== undefined && ['gone', 'denied'].includes(watcher.read(opened.log).phase),
    focus: () => opened?.chat.focus(),
  });

  function open(record: AnyRecord): Opened | undefined {
    const client = source.client();
    if (client === undefined) return undefined;
    const log = client.log(record.collection as never, record.id, element.log);
    log.ready.catch(() => {}); // its state says the same, and is shown
    const files = createFiles(log, update);
    const scope: ChatScope = {
      client,
      record,
      log,
      host: element,
      root,
      files,
      names: createNames(client, update),
      get locale() {
        return element.locale;
      },
      words: allWords,
      read: (live) => watcher.read(live),
      update,
      note: (text) => chat.note(text),
      fail: (error) => chat.fail(error instanceof Error ? error.message : allWords().failed),
      attempt: (action) => void action.catch(scope.fail),
      tell: (name, detail) =>
        element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true })),
    };
    const chat = createChat(scope);
    return { record, log, files, chat, scope };
  }

  function closeOpened(): void {
    opened?.chat.close();
    opened?.files.close();
    opened?.log.close();
    opened = undefined;
    shownEntry = undefined;
  }

  function unread(): number {
    const client = source.client();
    if (client === undefined || opened === undefined) return 0;
    const { phase } = watcher.read(client.inbox);
    const { collection, record, name } = opened.log;
    return phase === 'loading' ? 0 : (client.inbox.item(collection, record, name)?.unread ?? 0);
  }

  /** The entry that the page names, by its element or by its own address. */
  function wantedEntry(): number | undefined {
    if (typeof element.entry === 'number') return element.entry;
    const [, seq] = element.floating ? [] : (/^#message-(\d+)$/.exec(location.hash) ?? []);
    return seq === undefined ? undefined : Number(seq);
  }

  addEventListener('hashchange', update);

  return {
    willUpdate() {
      widget.willUpdate();
      const record = source.get();
      if (opened?.record === record && opened?.log.name === element.log) return;
      closeOpened();
      if (record !== undefined) opened = open(record);
    },
    render() {
      const content = (tools: TemplateResult | typeof nothing): TemplateResult =>
        opened === undefined
          ? html`<div class="state" role="status">
              ${icon('alert')}
              <p>${allWords().noClient}</p>
            </div>`
          : // Another log has an input of its own.
            html`${keyed(
              opened.log,
              opened.chat.render({
                label: element.label,
                isBare: element.bare,
                reason: element.readonly ? (element.reason ?? allWords().chatReadOnly) : element.reason,
                tools,
              }),
            )}`;
      return element.floating ? widget.render(content) : content(nothing);
    },
    updated() {
      widget.updated();
      if (opened === undefined || (element.floating && !element.open)) return;
      opened.chat.updated();
      const wanted = wantedEntry();
      if (wanted === shownEntry || opened.log.get().phase === 'loading') return;
      shownEntry = wanted;
      if (wanted !== undefined) opened.scope.attempt(opened.chat.jump(wanted));
    },
    focus: () => opened?.chat.focus(),
    async jump(seq) {
      await opened?.chat.jump(seq);
    },
    toggle: (panel) => opened?.chat.toggle(panel),
    close() {
      removeEventListener('hashchange', update);
      widget.close();
      closeOpened();
    },
  };
}
