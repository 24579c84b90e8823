import { css, type CSSResult } from 'lit';

export const statusStyles: CSSResult = css`
  :host {
    display: inline-block;
    max-width: 100%;
    font-size: calc(var(--concord-font-size, 0.9375rem) * 0.867);
  }

  :host([state='refused']) {
    display: block;
  }

  .status {
    display: inline-flex;
    align-items: center;
    gap: 0.35rem;
    min-height: 1.7rem;
    color: var(--ink-quiet);
    font-weight: 500;
    white-space: nowrap;
  }

  .status > .icon {
    font-size: 1.05rem;
  }

  .status[data-state='saved'] > .icon {
    color: var(--good);
  }

  .status[data-state='offline'] {
    padding-inline: 0.5rem 0.65rem;
    border-radius: 99px;
    background: var(--warn-soft);
    color: var(--warn);
    white-space: normal;
  }

  /* Most edits are saved before one could read that they are being saved. */
  .slow {
    display: inline-grid;
  }

  .slow > * {
    display: inline-flex;
    align-items: center;
    gap: 0.35rem;
    grid-area: 1 / 1;
    transition: opacity 100ms 0ms;
  }

  .slow .icon {
    font-size: 1.05rem;
  }

  .status[data-state='saving'] .when-saved,
  .status[data-state='saved'] .when-saving {
    opacity: 0;
  }

  .status[data-state='saving'] .slow > * {
    transition-delay: 350ms;
  }

  .status .when-saved .icon {
    color: var(--good);
  }

  .dot {
    width: 0.85rem;
    height: 0.85rem;
    margin: 0.1rem;
    border: 2px solid color-mix(in srgb, currentColor 25%, transparent);
    border-block-start-color: currentColor;
    border-radius: 50%;
    animation: turn 0.8s linear infinite;
  }

  .refusal {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
    padding: 0.6rem 0.75rem;
    border: 1px solid color-mix(in srgb, var(--bad) 35%, transparent);
    border-radius: var(--radius);
    background: var(--bad-soft);
  }

  .refusal > .icon {
    color: var(--bad);
    font-size: 1.15rem;
  }

  .refusal .words {
    flex: 1 1 14rem;
    margin: 0;
  }

  .refusal strong {
    font-weight: 620;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
  }

  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
`;
