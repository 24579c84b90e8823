import type { LogEntry } from '@concord/protocol';
import { html, type TemplateResult } from 'lit';
import type { ChatScope } from '../chat-scope.ts';
import { renderFace } from '../list/face.ts';
import { momentText, shortMoment } from '../list/times.ts';
import { plainText } from '../text/parse-text.ts';

/** The beginning of a message, which leads to it. */
export function renderExcerpt(entry: LogEntry, scope: ChatScope, jump: (entry: LogEntry) => void): TemplateResult {
  const { names, locale } = scope;
  const text = plainText(entry.text, (mention) =>
    mention.kind === 'user' ? `@${names.user(mention.id)}` : `#${names.record(mention.collection, mention.id)}`,
  );
  return html`<button type="button" class="excerpt" part="excerpt" @click=${() => jump(entry)}>
    ${renderFace(entry.author, entry.authorName)}
    <span class="excerpt-body">
      <span class="excerpt-head">
        <strong>${entry.authorName}</strong>
        <time class="quiet" datetime=${entry.at} title=${momentText(entry.at, locale)}
          >${shortMoment(entry.at, locale, new Date())}</time
        >
      </span>
      <span class="excerpt-text" dir="auto"
        >${text === '' ? (entry.attachments ?? []).map(({ name }) => name).join(', ') : text}</span
      >
    </span>
  </button>`;
}
