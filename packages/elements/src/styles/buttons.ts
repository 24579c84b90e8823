import { css, type CSSResult } from 'lit';

/** Buttons: one with words, and one with an icon, of the same height as the inputs or smaller. */
export const buttons: CSSResult = css`
  button {
    margin: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
    touch-action: manipulation;
  }

  button:disabled,
  button[aria-disabled='true'] {
    cursor: default;
    opacity: 0.4;
  }

  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.4rem;
    min-height: 1.9rem;
    padding: 0.15rem 0.7rem;
    border: 1px solid var(--edge);
    border-radius: var(--radius-small);
    background: var(--surface);
    font-size: 0.92em;
    font-weight: 550;
    transition:
      background-color var(--fast),
      border-color var(--fast);
  }

  .button:hover:not(:disabled) {
    border-color: color-mix(in srgb, var(--ink) 35%, var(--edge));
    background: var(--sunken);
  }

  .button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }

  .button.primary:hover:not(:disabled) {
    background: color-mix(in srgb, var(--accent) 88%, var(--ink));
  }

  .button.danger {
    color: var(--bad);
  }

  .button.quiet {
    border-color: transparent;
    background: none;
    color: var(--ink-quiet);
    font-weight: 500;
  }

  .button.quiet:hover:not(:disabled) {
    background: var(--sunken);
    color: var(--ink);
  }

  .icon-button {
    display: inline-grid;
    flex: none;
    place-items: center;
    width: 1.9rem;
    height: 1.9rem;
    padding: 0;
    border-radius: var(--radius-small);
    color: var(--ink-quiet);
    transition:
      background-color var(--fast),
      color var(--fast);
  }

  .icon-button:hover:not(:disabled, [aria-disabled='true']) {
    background: var(--sunken);
    color: var(--ink);
  }

  .icon-button[aria-pressed='true'] {
    background: var(--accent-soft);
    color: var(--accent);
  }

  .icon-button:focus-visible,
  .button:focus-visible {
    outline-offset: 1px;
  }

  @media (pointer: coarse) {
    .icon-button {
      width: 2.4rem;
      height: 2.4rem;
    }
  }

  @media (forced-colors: active) {
    .icon-button,
    .button {
      border: 1px solid ButtonText;
    }

    .icon-button[aria-pressed='true'] {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
`;
