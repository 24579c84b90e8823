import { css, type CSSResult } from 'lit';

/** What hangs on a message: files, reactions, its thread, what can be done with it. */
export const messageExtraStyles: CSSResult = css`
  .attachments {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    gap: 0.4rem;
    padding-block: 0.3rem;
  }

  .image {
    display: block;
    max-width: 100%;
    padding: 0;
    overflow: hidden;
    border-radius: var(--radius);
    background: var(--sunken);
    box-shadow: 0 0 0 1px var(--line);
  }

  .image:disabled {
    opacity: 1;
  }

  .image img {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }

  .file {
    display: flex;
    align-items: center;
    gap: 0.55rem;
    max-width: min(100%, 22rem);
    padding: 0.55rem 0.75rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    font-size: 0.92em;
    transition: background-color var(--fast);
  }

  .file:hover {
    background: var(--sunken);
  }

  .file > .icon {
    color: var(--ink-quiet);
  }

  .file .quiet {
    flex: none;
    font-size: 0.88em;
  }

  .file-name {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .reactions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3rem;
    padding-block: 0.25rem;
  }

  .reaction {
    display: inline-flex;
    align-items: center;
    gap: 0.3rem;
    min-height: 1.6rem;
    padding: 0 0.5rem;
    border: 1px solid var(--line);
    border-radius: 1rem;
    background: var(--sunken);
    font-size: 0.85em;
    transition: border-color var(--fast);
  }

  .reaction:disabled {
    opacity: 1;
  }

  .reaction:hover:not(:disabled) {
    border-color: var(--edge);
  }

  .reaction[aria-pressed='true'] {
    border-color: var(--accent);
    background: var(--accent-soft);
    color: var(--accent);
  }

  .reaction .count {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  .reaction.add {
    background: none;
    color: var(--ink-quiet);
    opacity: 0;
  }

  .row:hover .reaction.add,
  .row:focus-within .reaction.add {
    opacity: 1;
  }

  .thread {
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    max-width: 100%;
    margin-block: 0.2rem;
    margin-inline-start: -0.4rem;
    padding: 0.25rem 0.6rem 0.25rem 0.4rem;
    border-radius: var(--radius-small);
    font-size: 0.88em;
    transition: background-color var(--fast);
  }

  .thread:hover {
    background: var(--surface);
    box-shadow: inset 0 0 0 1px var(--line);
  }

  .thread strong {
    color: var(--accent);
    font-weight: 620;
  }

  .thread .quiet {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .faces {
    --face: 1.45rem;
    display: flex;
  }

  .faces .face {
    border-radius: 6px;
    box-shadow: 0 0 0 1.5px var(--background);
  }

  .faces .face + .face {
    margin-inline-start: -0.25rem;
  }

  .not-sent {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.3rem 0.5rem;
    padding-block: 0.2rem;
    color: var(--bad);
    font-size: 0.88em;
  }

  .not-sent .button {
    min-height: 1.6rem;
  }

  .toolbar {
    position: absolute;
    inset-block-start: -0.8rem;
    inset-inline-end: 1rem;
    z-index: 1;
    display: flex;
    gap: 0.05rem;
    padding: 0.12rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--raised);
    box-shadow: var(--shadow-high);
    opacity: 0;
    pointer-events: none;
  }

  .row:hover .toolbar,
  .row:focus-within .toolbar {
    opacity: 1;
    pointer-events: auto;
  }

  .toolbar .icon-button {
    width: 1.8rem;
    height: 1.8rem;
  }

  @media (pointer: coarse) {
    .toolbar .icon-button {
      width: 2.3rem;
      height: 2.1rem;
    }
  }
`;
