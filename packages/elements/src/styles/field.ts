import { css, type CSSResult } from 'lit';

/** A field: its label, who is in it, its control, and what is to be said of it. */
export const fieldStyles: CSSResult = css`
  :host {
    min-width: 0;
  }

  .field {
    display: grid;
    gap: 0.3rem;
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  .head {
    display: flex;
    align-items: center;
    gap: 0.45rem;
    min-height: 1.35rem;
    min-width: 0;
  }

  .label {
    overflow: hidden;
    color: var(--ink-quiet);
    font-size: 0.867em;
    font-weight: 500;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .required {
    margin-inline-start: 0.15em;
    color: var(--bad);
  }

  .head > .icon {
    color: var(--ink-quiet);
    font-size: 0.8rem;
  }

  .visitors {
    display: flex;
    gap: 0.25rem;
    margin-inline-start: auto;
    min-width: 0;
    overflow: hidden;
  }

  .visitor {
    overflow: hidden;
    max-width: 9rem;
    padding: 0 0.45rem;
    border-radius: 99px;
    background: var(--color);
    color: var(--on-color);
    font-size: 0.76em;
    font-weight: 600;
    line-height: 1.3rem;
    text-overflow: ellipsis;
    white-space: nowrap;
    animation: appear 160ms ease-out;
  }

  .box {
    position: relative;
    min-width: 0;
    border-radius: var(--radius);
  }

  .box[data-visited] {
    outline: 2px solid var(--color);
    outline-offset: 1px;
  }

  .box[data-visited]:focus-within {
    outline-offset: 3px;
  }

  .hint,
  .problem,
  .notice {
    display: flex;
    align-items: baseline;
    gap: 0.35rem;
    margin: 0;
    font-size: 0.867em;
    line-height: 1.35;
  }

  .hint {
    color: var(--ink-quiet);
  }

  .problem {
    color: var(--bad);
  }

  .notice {
    color: var(--warn);
  }

  :is(.problem, .notice) > .icon {
    align-self: start;
    margin-block-start: 0.1rem;
    font-size: 0.95rem;
  }

  .problem:empty {
    display: none;
  }

  :host([size='title']) .label {
    font-size: 0.8em;
  }

  :host([size='title']) .input {
    margin-inline: -0.7rem;
    width: calc(100% + 1.4rem);
    padding-block: 0.3rem;
    border-color: transparent;
    background: transparent;
    box-shadow: none;
    font-size: 1.5em;
    font-weight: 640;
    letter-spacing: -0.012em;
    line-height: 1.3;
  }

  :host([size='title']) .input:hover:not([readonly]) {
    background: var(--sunken);
  }

  :host([size='title']) .input:focus {
    border-color: var(--accent);
    background: var(--surface);
  }

  :host([size='title']) .input[aria-invalid='true'] {
    border-color: var(--bad);
  }

  @keyframes appear {
    from {
      opacity: 0;
      scale: 0.9;
    }
  }

  @media (forced-colors: active) {
    .visitor {
      border: 1px solid;
    }

    .box[data-visited] {
      outline-color: Highlight;
    }
  }
`;
