import { css, type CSSResult } from 'lit';

/** What single kinds of fields add: a switch, a date, a counter, chips. */
export const kindStyles: CSSResult = css`
  .toggle {
    display: inline-flex;
    align-items: center;
    gap: 0.6rem;
    min-height: var(--height);
    cursor: pointer;
  }

  .toggle:has(input:disabled) {
    cursor: default;
  }

  .toggle input {
    position: relative;
    flex: none;
    width: 2.15rem;
    height: 1.25rem;
    margin: 0;
    border: 1px solid var(--edge);
    border-radius: 99px;
    background: color-mix(in srgb, var(--ink-quiet) 38%, var(--surface));
    appearance: none;
    cursor: inherit;
    transition: background-color var(--fast);
  }

  .toggle input::before {
    content: '';
    position: absolute;
    inset-block: 2px;
    inset-inline-start: 2px;
    aspect-ratio: 1;
    border-radius: 50%;
    background: #fff;
    box-shadow: 0 1px 2px rgb(0 0 0 / 25%);
    transition: inset-inline-start var(--fast);
  }

  .toggle input:checked {
    border-color: transparent;
    background: var(--accent);
  }

  .toggle input:checked::before {
    inset-inline-start: calc(100% - 2px - (1.25rem - 6px));
  }

  .toggle input:disabled {
    opacity: 0.6;
  }

  .toggle .state[data-unset] {
    color: var(--ink-quiet);
  }

  .date {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
  }

  .date .input {
    font-variant-numeric: tabular-nums;
  }

  .date .day {
    flex: 1 1 7rem;
  }

  .date .time {
    flex: 1 1 6.6rem;
  }

  .date .clock {
    align-self: center;
  }

  .counter {
    display: inline-grid;
    grid-template-columns: auto minmax(3.2rem, auto) auto;
    align-items: stretch;
    width: auto;
    padding: 0;
    overflow: clip;
  }

  .counter .icon-button {
    width: 2.2rem;
    height: auto;
    min-height: calc(var(--height) - 2px);
    border-radius: 0;
  }

  .counter .total {
    display: grid;
    place-items: center;
    padding-inline: 0.6rem;
    border-inline: 1px solid var(--line);
    outline-offset: -2px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  .counter[data-read-only] .total {
    border: 0;
  }

  .chips {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.3rem;
    padding: 0.26rem 0.35rem;
    cursor: text;
  }

  .chips[data-read-only] {
    cursor: default;
  }

  .chip {
    display: inline-flex;
    align-items: center;
    max-width: 100%;
    min-height: 1.55rem;
    padding-inline: 0.55rem 0.15rem;
    border-radius: 99px;
    background: var(--accent-soft);
    color: color-mix(in srgb, var(--accent) 75%, var(--ink));
    font-size: 0.9em;
    font-weight: 500;
    cursor: default;
  }

  .chip.plain {
    padding-inline-end: 0.55rem;
  }

  .chip > span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .chip .icon-button {
    width: 1.35rem;
    height: 1.35rem;
    border-radius: 50%;
    color: inherit;
    font-size: 0.8em;
  }

  .chip .icon {
    font-size: 0.85rem;
  }

  .chips input {
    flex: 1 1 5rem;
    min-width: 4rem;
    min-height: 1.6rem;
    padding: 0 0.35rem;
    border: 0;
    outline: 0;
    background: none;
    color: inherit;
    font: inherit;
  }

  .chips input::placeholder {
    color: var(--ink-quiet);
    opacity: 1;
  }

  .chips .empty {
    padding-inline: 0.35rem;
    color: var(--ink-quiet);
  }

  @media (forced-colors: active) {
    .toggle input {
      border: 1px solid ButtonText;
      background: ButtonFace;
      forced-color-adjust: none;
    }

    .toggle input::before {
      background: ButtonText;
    }

    .toggle input:checked {
      background: Highlight;
    }

    .chip {
      border: 1px solid;
    }
  }
`;
