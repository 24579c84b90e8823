import { css, type CSSResult } from 'lit';

/** What is around the text of an editor, and its place while it is being loaded. */
export const editorFrame: CSSResult = css`
  .frame {
    min-height: 8.5rem;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--surface);
    box-shadow: var(--shadow);
    transition: border-color var(--fast);
  }

  .frame:hover {
    border-color: color-mix(in srgb, var(--ink) 32%, var(--edge));
  }

  .frame:has(.content:focus) {
    border-color: var(--accent);
    outline: 2px solid color-mix(in srgb, var(--accent) 26%, transparent);
  }

  .frame[data-read-only] {
    border-color: transparent;
    background: var(--sunken);
    box-shadow: none;
  }

  .frame > .waiting {
    height: 8.5rem;
  }

  .failed {
    margin: 0;
    color: var(--bad);
  }

  @media (forced-colors: active) {
    .frame:has(.content:focus) {
      outline: 2px solid Highlight;
    }
  }
`;
