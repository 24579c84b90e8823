import { css, type CSSResult } from 'lit';

/** What opens over the page. */
export const overlayStyles: CSSResult = css`
  .options:not(:popover-open) {
    display: none;
  }

  .completion .face {
    --face: 1.5rem;
  }

  .completion .hash {
    width: 1.5rem;
    color: var(--ink-quiet);
    font-weight: 600;
    text-align: center;
  }

  .message-line {
    padding: 0.4rem 0.55rem;
    color: var(--ink-quiet);
    font-size: 0.92em;
  }

  .menu {
    display: grid;
  }

  .menu .option {
    width: 100%;
    text-align: start;
  }

  .menu .option > .icon {
    color: var(--ink-quiet);
  }

  .menu .option:focus-visible {
    outline: 0;
    background: var(--accent-soft);
  }

  .menu .option[data-danger],
  .menu .option[data-danger] > .icon {
    color: var(--bad);
  }

  .emoji-picker {
    padding: 0.5rem;
    overflow: hidden;
  }

  .emoji-picker:popover-open {
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
  }

  .emojis {
    display: grid;
    grid-template-columns: repeat(8, 1fr);
    align-content: start;
    min-height: 7rem;
    overflow: hidden auto;
    scrollbar-color: var(--edge) transparent;
    scrollbar-width: thin;
  }

  .emoji {
    display: grid;
    place-items: center;
    aspect-ratio: 1;
    padding: 0;
    border-radius: var(--radius-small);
    font-size: 1.25rem;
    line-height: 1;
  }

  .emoji:hover,
  .emoji:focus-visible {
    background: var(--accent-soft);
  }

  .emoji:focus-visible {
    outline-offset: -2px;
  }

  dialog {
    max-width: min(26rem, calc(100vw - 2rem));
    padding: 1.25rem;
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) + 4px);
    background: var(--raised);
    box-shadow: var(--shadow-high);
    color: var(--ink);
  }

  dialog::backdrop {
    background: rgb(10 14 18 / 55%);
  }

  dialog h2 {
    margin-block-end: 0.3rem;
    font-size: 1.1em;
    font-weight: 640;
  }

  dialog p {
    color: var(--ink-quiet);
  }

  dialog .buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.5rem;
    margin-block-start: 1.1rem;
  }

  dialog a.button {
    color: inherit;
    text-decoration: none;
  }

  dialog .button.danger {
    border-color: transparent;
    background: var(--bad);
    color: light-dark(#fff, #2b0806);
  }

  dialog.image {
    width: auto;
    max-width: calc(100vw - 2rem);
    padding: 0.75rem;
    border-radius: calc(var(--radius) + 4px);
  }

  dialog.image img {
    display: block;
    max-width: 100%;
    max-height: calc(100vh - 9rem);
    margin-inline: auto;
    border-radius: var(--radius-small);
  }

  dialog.image .buttons {
    margin-block-start: 0.75rem;
  }
`;
