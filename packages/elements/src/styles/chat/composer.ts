import { css, type CSSResult } from 'lit';

/** Where one writes. */
export const composerStyles: CSSResult = css`
  .composer {
    position: relative;
    flex: none;
    padding: 0 1rem 1rem;
  }

  .composer .box {
    border: 1px solid var(--edge);
    border-radius: calc(var(--radius) + 2px);
    background: var(--surface);
    box-shadow: var(--shadow);
    transition: border-color var(--fast);
  }

  .composer .box:focus-within {
    border-color: var(--accent);
    box-shadow: 0 0 0 3px color-mix(in srgb, var(--accent) 18%, transparent);
  }

  .composer textarea {
    display: block;
    width: 100%;
    min-height: 2.5rem;
    max-height: 12.5rem;
    margin: 0;
    padding: 0.6rem 0.85rem 0.2rem;
    overflow-y: auto;
    border: 0;
    outline: 0;
    background: none;
    color: inherit;
    font: inherit;
    text-align: match-parent;
    resize: none;
  }

  .composer textarea::placeholder {
    overflow: hidden;
    color: var(--ink-quiet);
    opacity: 1;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .tools {
    display: flex;
    align-items: center;
    gap: 0.1rem;
    padding: 0.15rem 0.3rem 0.3rem;
  }

  .said {
    display: flex;
    flex: 1;
    justify-content: flex-end;
    gap: 0.8rem;
    min-width: 0;
    padding-inline: 0.5rem;
    color: var(--ink-quiet);
    font-size: 0.82em;
    font-variant-numeric: tabular-nums;
  }

  .said [data-over] {
    color: var(--bad);
    font-weight: 600;
  }

  .wait {
    display: inline-flex;
    align-items: center;
    gap: 0.3rem;
    color: var(--warn);
  }

  .send[aria-disabled='false'] {
    background: var(--accent);
    color: var(--on-accent);
  }

  .send[aria-disabled='false']:hover:not(:disabled, [aria-disabled='true']) {
    background: color-mix(in srgb, var(--accent) 88%, var(--ink));
    color: var(--on-accent);
  }

  .banner {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding: 0 0.3rem 0.25rem;
    color: var(--ink-quiet);
    font-size: 0.88em;
  }

  .banner .button {
    min-height: 1.6rem;
    margin-inline-start: auto;
  }

  .reason {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    padding: 0.7rem 0.9rem;
    border-radius: var(--radius);
    background: var(--sunken);
    color: var(--ink-quiet);
    font-size: 0.92em;
    text-align: center;
  }

  .uploads {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
    padding: 0.5rem 0.55rem 0;
  }

  .uploads:empty {
    display: none;
  }

  .upload {
    position: relative;
    display: flex;
    align-items: center;
    gap: 0.5rem;
    max-width: min(100%, 17rem);
    padding: 0.25rem 0.25rem 0.25rem 0.55rem;
    overflow: hidden;
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    background: var(--sunken);
    font-size: 0.88em;
  }

  .upload img {
    width: 1.9rem;
    height: 1.9rem;
    border-radius: 4px;
    object-fit: cover;
  }

  .upload .quiet {
    flex: none;
    font-size: 0.9em;
  }

  .upload progress {
    position: absolute;
    inset: auto 0 0;
    width: 100%;
    height: 3px;
    border: 0;
    background: none;
    accent-color: var(--accent);
    appearance: none;
  }

  .upload progress::-webkit-progress-bar {
    background: var(--line);
  }

  .upload progress::-webkit-progress-value {
    background: var(--accent);
    transition: inline-size var(--fast);
  }

  .upload progress::-moz-progress-bar {
    background: var(--accent);
  }

  .uploads + .problem {
    margin: 0.4rem 0.55rem 0;
  }

  @media (pointer: coarse) {
    .composer textarea {
      font-size: max(1em, 16px);
    }
  }

  @container (width < 30rem) {
    .composer {
      padding: 0 0.6rem 0.6rem;
    }
  }

  @media (forced-colors: active) {
    .composer .box:focus-within {
      outline: 2px solid Highlight;
    }
  }
`;
