import { css, type CSSResult } from 'lit';

/** A list that opens below an input or a caret, to choose from. */
export const optionStyles: CSSResult = css`
  .options {
    position: fixed;
    inset: auto;
    z-index: 1000;
    max-height: 17rem;
    margin: 0;
    padding: 0.3rem;
    overflow-y: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--raised);
    box-shadow: var(--shadow-high);
    color: var(--ink);
    font-size: 0.95em;
    list-style: none;
    overscroll-behavior: contain;
  }

  .option {
    display: flex;
    align-items: center;
    gap: 0.55rem;
    min-height: 2rem;
    padding: 0.25rem 0.55rem;
    border-radius: var(--radius-small);
    cursor: pointer;
  }

  .option > .text {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .option .detail {
    margin-inline-start: auto;
    color: var(--ink-quiet);
    font-size: 0.88em;
  }

  .option:hover {
    background: var(--sunken);
  }

  .option[data-active] {
    background: var(--accent-soft);
  }

  .option[aria-selected='true']:not([data-active]) {
    font-weight: 600;
  }

  .options .message {
    padding: 0.4rem 0.55rem;
    color: var(--ink-quiet);
  }

  @media (forced-colors: active) {
    .option[data-active] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
