import type { LogEntry } from '@concord/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatScope } from '../chat-scope.ts';
import { renderExcerpt } from './excerpt.ts';

export interface SearchPanel {
  render(): TemplateResult;
  focus(): void;
}

interface Results {
  readonly query: string;
  readonly items: readonly LogEntry[];
  readonly before: number | undefined;
}

/** Finds messages by their words. @param jump leads to one */
export function createSearchPanel(scope: ChatScope, jump: (entry: LogEntry) => void): SearchPanel {
  let results: Results | undefined;
  let isSearching = false;
  let asked = 0;

  async function find(query: string, before?: number): Promise<void> {
    const turn = (asked += 1);
    if (query.trim() === '') {
      results = undefined;
      isSearching = false;
      return scope.update();
    }
    isSearching = true;
    scope.update();
    try {
      const page = await scope.log.search(query.trim(), before);
      if (turn !== asked) return; // something else has been typed meanwhile
      const items = before === undefined ? page.items : [...(results?.items ?? []), ...page.items];
      results = { query, items, before: page.before };
    } finally {
      if (turn === asked) isSearching = false;
      scope.update();
    }
  }

  function renderResults(): unknown {
    const words = scope.words();
    if (results === undefined) return html`<p class="hint">${isSearching ? words.searching : words.chatSearchHint}</p>`;
    const { items, before, query } = results;
    if (items.length === 0) return html`<p class="hint" role="status">${words.chatNothingFound(query)}</p>`;
    return html`<p class="unseen" role="status">${words.matches(items.length, scope.locale)}</p>
      <ul class="excerpts">
        ${items.map((entry) => html`<li>${renderExcerpt(entry, scope, jump)}</li>`)}
      </ul>
      ${
        before === undefined
          ? nothing
          : html`<button type="button" class="button" part="button" @click=${() => scope.attempt(find(query, before))}>
              ${words.chatMoreResults}
            </button>`
      }`;
  }

  return {
    focus: () => scope.root.querySelector<HTMLInputElement>('.search-input')?.focus(),
    render() {
      const words = scope.words();
      return html`<div class="search-box">
          <input
            class="input search-input"
            part="input"
            type="search"
            aria-label=${words.chatSearchLabel}
            placeholder=${words.chatSearchLabel}
            @input=${({ target }: Event) => scope.attempt(find((target as HTMLInputElement).value))}
          />
        </div>
        <div class="panel-body" aria-busy=${isSearching ? 'true' : 'false'}>${renderResults()}</div>`;
    },
  };
}
