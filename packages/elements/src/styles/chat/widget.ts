import { css, type CSSResult } from 'lit';

/** A round button at the corner of the page, and the panel that it opens. */
export const widgetStyles: CSSResult = css`
  :host([floating]) {
    position: fixed;
    inset-block-end: var(--concord-widget-inset, 1.25rem);
    inset-inline-end: var(--concord-widget-inset, 1.25rem);
    z-index: var(--concord-widget-layer, 2147483000);
    height: auto;
    background: none;
    container-type: normal;
  }

  .launcher {
    position: relative;
    display: grid;
    place-items: center;
    width: 3.5rem;
    height: 3.5rem;
    margin-inline-start: auto;
    padding: 0;
    border-radius: 50%;
    background: var(--accent);
    box-shadow: var(--shadow-high);
    color: var(--on-accent);
    transition:
      scale var(--fast),
      background-color var(--fast);
  }

  .launcher:hover {
    background: color-mix(in srgb, var(--accent) 90%, var(--ink));
    scale: 1.04;
  }

  .launcher .icon {
    font-size: 1.6rem;
  }

  .badge {
    position: absolute;
    inset-block-start: -0.15rem;
    inset-inline-end: -0.15rem;
    min-width: 1.3rem;
    padding: 0 0.35rem;
    border-radius: 1rem;
    background: var(--bad);
    box-shadow: 0 0 0 2px var(--surface);
    color: light-dark(#fff, #2b0806);
    font-size: 0.75rem;
    font-weight: 700;
    line-height: 1.3rem;
    text-align: center;
  }

  .sheet {
    position: absolute;
    inset-block-end: calc(100% + 0.8rem);
    inset-inline-end: 0;
    width: min(24rem, calc(100vw - 2.5rem));
    height: min(38rem, calc(100vh - 7rem));
    overflow: hidden;
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) + 8px);
    background: var(--background);
    box-shadow: var(--shadow-high);
    container-type: inline-size;
    animation: rise 160ms ease-out;
  }

  @keyframes rise {
    from {
      opacity: 0;
      translate: 0 0.75rem;
    }
  }

  .sheet .head-line {
    border-block-end: 0;
    background: var(--accent);
    color: var(--on-accent);
  }

  .sheet .head-line .icon-button {
    color: inherit;
  }

  .sheet .head-line .icon-button:hover:not(:disabled, [aria-disabled='true']),
  .sheet .head-line .icon-button[aria-pressed='true'] {
    background: color-mix(in srgb, var(--on-accent) 18%, transparent);
    color: inherit;
  }

  .sheet .head-line .icon-button:focus-visible {
    outline-color: currentColor;
    outline-offset: -2px;
  }

  .sheet .people .face {
    box-shadow: 0 0 0 2px var(--accent);
  }

  /* What one says oneself stands at the other side, as between two people. */
  .sheet .bubble {
    width: fit-content;
    max-width: 100%;
    padding: 0.4rem 0.75rem;
    border-radius: 1rem;
    background: var(--sunken);
  }

  .sheet .row[data-mine] .message {
    flex-direction: row-reverse;
  }

  .sheet .row[data-mine] :is(.face, .gutter, .head .name) {
    display: none;
  }

  .sheet .row[data-mine] .head,
  .sheet .row[data-mine] .reactions,
  .sheet .row[data-mine] .not-sent {
    justify-content: flex-end;
  }

  .sheet .row[data-mine] .body {
    display: flex;
    flex-direction: column;
    align-items: flex-end;
  }

  .sheet .row[data-mine] .bubble {
    background: var(--accent);
    color: var(--on-accent);
  }

  .sheet .row[data-mine] .bubble :is(.mention, a, .quiet, .gone) {
    color: inherit;
  }

  .sheet .row[data-mine] .bubble :is(.mention, code, pre) {
    background: color-mix(in srgb, var(--on-accent) 16%, transparent);
  }

  .sheet .row[data-mine] .bubble .file {
    color: var(--ink);
  }

  .sheet .row .message,
  .sheet .row:hover > .message,
  .sheet .row:focus-within > .message {
    background: none;
  }

  .start {
    display: grid;
    flex: 1;
    align-content: center;
    gap: 1rem;
    padding: 1.5rem;
  }

  .start > .icon {
    justify-self: center;
    color: var(--accent);
    font-size: 2.6rem;
    stroke-width: 1.2;
  }

  .start > p {
    color: var(--ink-quiet);
    text-align: center;
    text-wrap: balance;
  }

  .start label {
    display: grid;
    gap: 0.3rem;
    font-size: 0.92em;
    font-weight: 550;
  }

  .start .button {
    min-height: 2.5rem;
  }

  .start .problem {
    margin: 0;
    color: var(--bad);
    text-align: start;
  }

  @media (width <= 30rem) {
    :host([floating][open]) {
      inset: 0;
    }

    :host([floating][open]) .launcher {
      display: none;
    }

    .sheet {
      position: fixed;
      inset: 0;
      width: auto;
      height: auto;
      border: 0;
      border-radius: 0;
    }
  }
`;
