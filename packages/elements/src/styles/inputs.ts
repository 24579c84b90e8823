import { css, type CSSResult } from 'lit';

/** Inputs, selects and text areas, and what is drawn like one. */
export const inputs: CSSResult = css`
  .input {
    display: block;
    width: 100%;
    min-width: 0;
    min-height: var(--height);
    margin: 0;
    padding: calc((var(--height) - 1.45em - 2px) / 2) 0.7rem;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--surface);
    box-shadow: var(--shadow);
    color: inherit;
    font: inherit;
    transition:
      border-color var(--fast),
      box-shadow var(--fast);
  }

  .input::placeholder {
    color: var(--ink-quiet);
    opacity: 1;
  }

  .input:hover:not(:disabled, [readonly], [data-read-only]) {
    border-color: color-mix(in srgb, var(--ink) 32%, var(--edge));
  }

  .input:is(:focus, :focus-within):not([data-quiet]) {
    border-color: var(--accent);
    outline: 2px solid color-mix(in srgb, var(--accent) 26%, transparent);
    outline-offset: 0;
  }

  .input[aria-invalid='true']:not([data-quiet]) {
    border-color: var(--bad);
  }

  .input[aria-invalid='true']:focus:not([data-quiet]) {
    border-color: var(--bad);
    outline-color: color-mix(in srgb, var(--bad) 26%, transparent);
  }

  .input:is([readonly], :disabled, [data-read-only]) {
    border-color: transparent;
    background: var(--sunken);
    box-shadow: none;
    color: var(--ink);
    opacity: 1;
    -webkit-text-fill-color: currentColor;
  }

  textarea.input {
    min-height: calc(var(--height) * 2.4);
    max-height: 28rem;
    resize: vertical;
    field-sizing: content;
  }

  .mono {
    font-family: var(--mono);
    font-size: 0.9em;
    tab-size: 2;
  }

  .select {
    position: relative;
    display: block;
  }

  select.input {
    padding-inline-end: 2.1rem;
    appearance: none;
    cursor: pointer;
    text-overflow: ellipsis;
  }

  select.input:disabled {
    cursor: default;
  }

  select.input option {
    background: var(--raised);
    color: var(--ink);
  }

  .select > .icon {
    position: absolute;
    inset-block-start: calc(50% - 0.5em);
    inset-inline-end: 0.65rem;
    color: var(--ink-quiet);
    pointer-events: none;
  }

  select.input:disabled + .icon {
    display: none;
  }

  .numeric {
    font-variant-numeric: tabular-nums;
  }

  @media (forced-colors: active) {
    .input:is(:focus, :focus-within) {
      outline: 2px solid Highlight;
    }

    .input[aria-invalid='true'] {
      border: 2px solid LinkText;
    }
  }

  @media (pointer: coarse) {
    .input {
      font-size: max(1em, 16px);
    }
  }
`;
