import { css, type CSSResult } from 'lit';

/** One message: who, when, and what. */
export const messageStyles: CSSResult = css`
  .row {
    position: relative;
  }

  .row:focus-visible {
    outline: none;
  }

  .row:focus-visible > :last-child {
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }

  .message {
    position: relative;
    display: flex;
    gap: 0.75rem;
    padding: 0.45rem 1.15rem 0.2rem;
  }

  .message[data-continued] {
    padding-block: 0.1rem;
  }

  .row:hover > .message,
  .row:focus-within > .message {
    background: color-mix(in srgb, var(--sunken) 60%, transparent);
  }

  .row[data-mentions-me] > .message {
    background: color-mix(in srgb, var(--warn) 9%, transparent);
    box-shadow: inset 2px 0 var(--warn);
  }

  .row[data-mentions-me]:dir(rtl) > .message {
    box-shadow: inset -2px 0 var(--warn);
  }

  .row[data-target] > .message {
    background: var(--accent-soft);
    animation: arrive-at 1.6s ease-out;
  }

  @keyframes arrive-at {
    from {
      background: color-mix(in srgb, var(--accent) 38%, var(--surface));
    }
  }

  .row[data-delivery='sending'] .bubble {
    opacity: 0.55;
  }

  .gutter {
    flex: none;
    width: var(--face);
    padding-block-start: 0.18em;
    overflow: hidden;
    color: var(--ink-quiet);
    font-size: 0.7em;
    font-variant-numeric: tabular-nums;
    text-align: center;
    text-overflow: clip;
    white-space: nowrap;
    opacity: 0;
  }

  .row:hover .gutter,
  .row:focus-within .gutter {
    opacity: 1;
  }

  .message > .face {
    margin-block-start: 0.15rem;
  }

  .body {
    flex: 1;
    min-width: 0;
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 0.5rem;
  }

  .head .name {
    font-weight: 650;
  }

  .head time,
  .pinned {
    color: var(--ink-quiet);
    font-size: 0.8em;
  }

  .pinned {
    display: inline-flex;
    align-items: center;
    gap: 0.2rem;
  }

  .pinned .icon {
    font-size: 0.85rem;
  }

  .text {
    overflow-wrap: anywhere;
    text-align: match-parent;
    white-space: pre-wrap;
  }

  .text > p {
    display: inline;
  }

  .text > p[data-large] {
    font-size: 2rem;
    line-height: 1.25;
  }

  .text > p + p {
    display: block;
  }

  .edited {
    margin-inline-start: 0.35rem;
    font-size: 0.8em;
  }

  .text code {
    padding: 0.08em 0.32em;
    border-radius: 4px;
    background: var(--sunken);
    font-family: var(--mono);
    font-size: 0.88em;
  }

  .text pre {
    max-height: 22rem;
    margin: 0.3rem 0;
    padding: 0.6rem 0.8rem;
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    background: var(--sunken);
    overflow-wrap: normal;
    white-space: pre;
  }

  .text pre code {
    padding: 0;
    background: none;
  }

  .text a {
    color: var(--accent);
    text-underline-offset: 0.15em;
  }

  .mention {
    padding: 0 0.2em;
    border-radius: 4px;
    background: var(--accent-soft);
    color: var(--accent);
    font-weight: 550;
    overflow-wrap: anywhere;
    -webkit-box-decoration-break: clone;
    box-decoration-break: clone;
    cursor: pointer;
  }

  .mention:hover {
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }

  .mention[data-me] {
    background: color-mix(in srgb, var(--warn) 22%, var(--surface));
    color: light-dark(color-mix(in srgb, var(--warn) 80%, black), var(--warn));
  }

  .gone {
    color: var(--ink-quiet);
    font-style: italic;
  }

  .note {
    padding: 0.3rem 1.15rem;
    color: var(--ink-quiet);
    font-size: 0.86em;
    text-align: center;
    text-wrap: balance;
  }

  .note time {
    margin-inline-start: 0.35rem;
    font-size: 0.9em;
  }

  .day,
  .unread {
    display: flex;
    align-items: center;
    gap: 0.7rem;
    padding: 0.9rem 1.15rem 0.4rem;
    color: var(--ink-quiet);
    font-size: 0.8em;
    font-weight: 600;
  }

  .day::before,
  .day::after,
  .unread::before {
    flex: 1;
    height: 1px;
    background: var(--line);
    content: '';
  }

  .day span {
    padding: 0.15rem 0.7rem;
    border: 1px solid var(--line);
    border-radius: 2rem;
  }

  .unread {
    padding-block: 0.35rem;
    color: var(--bad);
  }

  .unread::before {
    background: currentColor;
    opacity: 0.5;
  }

  @container (width < 30rem) {
    .message {
      gap: 0.6rem;
      padding-inline: 0.85rem;
    }
  }

  @media (forced-colors: active) {
    .row[data-target] > .message {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
