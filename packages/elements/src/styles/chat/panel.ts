import { css, type CSSResult } from 'lit';

/** Beside the list, or over it where there is no room: a thread, a search, what is pinned. */
export const panelStyles: CSSResult = css`
  .panel {
    display: flex;
    flex: none;
    flex-direction: column;
    width: min(42%, 25rem);
    min-height: 0;
    border-inline-start: 1px solid var(--line);
    background: var(--background);
  }

  .panel-head {
    display: flex;
    flex: none;
    align-items: center;
    justify-content: space-between;
    padding: 0.55rem 0.6rem 0.35rem 1.1rem;
  }

  .panel-head:dir(rtl) {
    padding: 0.55rem 1.1rem 0.35rem 0.6rem;
  }

  .panel-head h2 {
    font-size: 1em;
    font-weight: 650;
  }

  .panel .thread-list-frame {
    position: relative;
    flex: 1;
    min-height: 0;
  }

  .thread-list .scroll > .before {
    margin-block-start: 0;
  }

  .thread-list .row:first-child:not(:last-child) > .message {
    padding-block-end: 0.8rem;
    border-block-end: 1px solid var(--line);
    margin-block-end: 0.4rem;
  }

  .panel .composer {
    padding-block-start: 0.4rem;
  }

  .search-box {
    flex: none;
    padding: 0.2rem 1rem 0.7rem;
  }

  .panel-body {
    flex: 1;
    min-height: 0;
    padding: 0 0.5rem 0.75rem;
    overflow: hidden auto;
    scrollbar-color: var(--edge) transparent;
    scrollbar-width: thin;
  }

  .panel-body > .button {
    width: 100%;
    margin-block-start: 0.4rem;
  }

  .hint {
    padding: 0.5rem 0.6rem;
    color: var(--ink-quiet);
    font-size: 0.92em;
  }

  .excerpt {
    --face: 1.8rem;
    display: flex;
    gap: 0.6rem;
    width: 100%;
    padding: 0.5rem 0.6rem;
    border-radius: var(--radius-small);
    text-align: start;
    transition: background-color var(--fast);
  }

  .excerpt:hover {
    background: var(--sunken);
  }

  .excerpt-body {
    display: block;
    flex: 1;
    min-width: 0;
  }

  .excerpt-head {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: 0.5rem;
    font-size: 0.92em;
  }

  .excerpt-head strong {
    overflow: hidden;
    font-weight: 620;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .excerpt-head time {
    flex: none;
    font-size: 0.85em;
  }

  .excerpt-text {
    display: -webkit-box;
    overflow: hidden;
    font-size: 0.92em;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    text-align: match-parent;
    overflow-wrap: anywhere;
  }

  @container (width < 46rem) {
    .panel {
      position: absolute;
      inset: 0;
      z-index: 3;
      width: auto;
      border: 0;
    }
  }
`;
