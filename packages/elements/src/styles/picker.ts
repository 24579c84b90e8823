import { css, type CSSResult } from 'lit';

/** An input with something at its end: what opens a list, or what clears it. */
export const pickerStyles: CSSResult = css`
  .picker {
    position: relative;
  }

  .picker .input {
    padding-inline-end: 2.1rem;
    text-overflow: ellipsis;
  }

  .picker .icon-button {
    position: absolute;
    inset-block-start: calc(50% - 0.95rem);
    inset-inline-end: 0.2rem;
  }

  .picker > .icon {
    position: absolute;
    inset-block-start: calc(50% - 0.5em);
    inset-inline-end: 0.65rem;
    color: var(--ink-quiet);
    pointer-events: none;
  }
`;
