import { css, type CSSResult } from 'lit';

/** A record's form: a line with who is here and whether it is saved, then its fields, beside each other where there is room. */
export const recordStyles: CSSResult = css`
  :host {
    container-type: inline-size;
  }

  .base {
    display: grid;
    gap: calc(var(--gap) * 0.8);
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.35rem 0.9rem;
    min-height: 1.9rem;
  }

  .head concord-status[state='refused'] {
    order: 1;
    flex: 1 0 100%;
  }

  .steps {
    display: flex;
    gap: 0.1rem;
    margin-inline-start: auto;
  }

  .form {
    display: grid;
    gap: var(--gap);
    min-width: 0;
  }

  .side {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 9rem), 1fr));
    align-items: start;
    gap: var(--gap);
    min-width: 0;
  }

  .main {
    display: grid;
    gap: var(--gap);
    min-width: 0;
  }

  @container (width >= 50rem) {
    .form:not([data-stacked]) {
      grid-template: 'title side' auto 'main side' 1fr / minmax(0, 1fr) 17.5rem;
      column-gap: calc(var(--gap) * 2);
    }

    .form:not([data-stacked]) > .title {
      grid-area: title;
    }

    .form:not([data-stacked]) > .main {
      grid-area: main;
      align-content: start;
    }

    .form:not([data-stacked]) > .side {
      grid-area: side;
      grid-template-columns: minmax(0, 1fr);
      align-self: start;
      padding: var(--gap);
      border: 1px solid var(--line);
      border-radius: calc(var(--radius) + 4px);
      background: color-mix(in srgb, var(--sunken) 55%, var(--surface));
    }
  }

  .state {
    display: grid;
    justify-items: center;
    gap: 0.35rem;
    padding: 2.5rem 1.25rem;
    border: 1px dashed var(--edge);
    border-radius: calc(var(--radius) + 4px);
    color: var(--ink-quiet);
    text-align: center;
  }

  .state > .icon {
    font-size: 1.6rem;
  }

  .state h2 {
    margin: 0;
    color: var(--ink);
    font-size: 1.1em;
    font-weight: 620;
  }

  .state p {
    max-width: 28rem;
    margin: 0;
  }

  .state .button {
    margin-block-start: 0.6rem;
  }

  .loading {
    display: grid;
    gap: var(--gap);
  }
`;

/** What stands where something will be. */
export const waitingStyles: CSSResult = css`
  .waiting {
    display: block;
    height: var(--height);
    border-radius: var(--radius);
    background: linear-gradient(90deg, var(--sunken) 25%, var(--line) 50%, var(--sunken) 75%) 0 / 300% 100%;
    animation: shimmer 1.6s linear infinite;
  }

  .waiting.short {
    width: 6rem;
    height: 0.8rem;
  }

  .waiting.wide {
    width: 70%;
  }

  .waiting.tall {
    height: 8rem;
  }

  @keyframes shimmer {
    from {
      background-position: 100% 0;
    }

    to {
      background-position: -50% 0;
    }
  }

  @media (forced-colors: active) {
    .waiting {
      border: 1px solid GrayText;
    }
  }
`;
