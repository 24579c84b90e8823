import { css, type CSSResult } from 'lit';

/** The text of an editor, what ProseMirror needs of it, and the toolbar above. */
export const contentStyles: CSSResult = css`
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.1rem 0.35rem;
    padding: 0.25rem;
    border-block-end: 1px solid var(--line);
  }

  .toolbar .group {
    display: flex;
    gap: 1px;
  }

  .toolbar .group::before {
    content: '';
    width: 1px;
    margin: 0.4rem 0.3rem 0.4rem 0;
    background: var(--line);
  }

  .toolbar .block {
    height: 1.9rem;
    padding-inline: 0.55rem 1.7rem;
    border: 0;
    border-radius: var(--radius-small);
    appearance: none;
    background: none;
    color: var(--ink-quiet);
    font: inherit;
    font-size: 0.92em;
    font-weight: 500;
    cursor: pointer;
  }

  .toolbar .block:hover {
    background: var(--sunken);
    color: var(--ink);
  }

  .toolbar .block option {
    background: var(--raised);
    color: var(--ink);
  }

  .toolbar .select .icon {
    inset-inline-end: 0.4rem;
  }

  .link {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
    padding: 0.4rem;
    border-block-end: 1px solid var(--line);
    background: var(--sunken);
  }

  .link .input {
    flex: 1 1 12rem;
    width: auto;
    min-height: 1.9rem;
    padding-block: 0.1rem;
  }

  .link p {
    flex: 1 0 100%;
    margin: 0;
    color: var(--bad);
    font-size: 0.867em;
  }

  .text {
    position: relative;
  }

  .text[data-empty]::before {
    content: attr(data-placeholder);
    position: absolute;
    inset-block-start: 0.75rem;
    inset-inline-start: 0.85rem;
    color: var(--ink-quiet);
    pointer-events: none;
  }

  .content {
    position: relative;
    min-height: 6rem;
    padding: 0.75rem 0.85rem;
    outline: none;
    line-height: 1.6;
    overflow-wrap: break-word;
    white-space: break-spaces;
    font-variant-ligatures: none;
  }

  .content > :first-child {
    margin-block-start: 0;
  }

  .content > :last-child {
    margin-block-end: 0;
  }

  .content :is(p, ul, ol, pre, blockquote) {
    margin-block: 0.55rem;
  }

  .content li > p {
    margin-block: 0.15rem;
  }

  .content :is(h1, h2, h3, h4, h5, h6) {
    margin-block: 1.1rem 0.35rem;
    font-weight: 640;
    letter-spacing: -0.005em;
    line-height: 1.3;
  }

  .content h1 {
    font-size: 1.35em;
  }

  .content h2 {
    font-size: 1.18em;
  }

  .content :is(h3, h4, h5, h6) {
    font-size: 1.05em;
  }

  .content :is(ul, ol) {
    padding-inline-start: 1.5rem;
  }

  .content li::marker {
    color: var(--ink-quiet);
  }

  .content blockquote {
    margin-inline: 0;
    padding-inline-start: 0.9rem;
    border-inline-start: 3px solid var(--edge);
    color: var(--ink-quiet);
  }

  .content :is(pre, code) {
    border-radius: 5px;
    background: var(--sunken);
    font-family: var(--mono);
    font-size: 0.9em;
  }

  .content code {
    padding: 0.1em 0.3em;
  }

  .content pre {
    padding: 0.65rem 0.85rem;
    overflow-x: auto;
    white-space: pre;
  }

  .content pre code {
    padding: 0;
    background: none;
    font-size: inherit;
  }

  .content a {
    color: var(--accent);
    text-underline-offset: 2px;
  }

  .content hr {
    margin-block: 1.1rem;
    border: 0;
    border-block-start: 1px solid var(--line);
  }

  .content .mention {
    padding: 0.05em 0.3em;
    border-radius: 5px;
    background: var(--accent-soft);
    color: color-mix(in srgb, var(--accent) 75%, var(--ink));
    font-weight: 550;
    white-space: nowrap;
  }

  .content .suggestion {
    color: var(--accent);
  }

  .content .ProseMirror-separator {
    display: inline !important;
    width: 0 !important;
    height: 0 !important;
    margin: 0 !important;
    border: 0 !important;
  }

  .ProseMirror-gapcursor {
    display: none;
    position: absolute;
    pointer-events: none;
  }

  .ProseMirror-gapcursor::after {
    content: '';
    position: absolute;
    inset-block-start: -2px;
    display: block;
    width: 20px;
    border-block-start: 1px solid var(--ink);
  }

  .ProseMirror-focused .ProseMirror-gapcursor {
    display: block;
  }

  .ProseMirror-hideselection *::selection {
    background: transparent;
  }

  .caret {
    position: relative;
    margin-inline: -1px;
    border-inline: 1px solid var(--color);
    pointer-events: none;
    word-break: normal;
  }

  .caret-label {
    position: absolute;
    inset-block-end: 100%;
    inset-inline-start: -1px;
    padding: 0 0.35rem;
    border-radius: 4px;
    border-end-start-radius: 0;
    background: var(--color);
    font-size: 0.72rem;
    font-weight: 600;
    line-height: 1.15rem;
    white-space: nowrap;
    user-select: none;
  }

  .options .face {
    display: grid;
    flex: none;
    place-items: center;
    width: 1.5rem;
    height: 1.5rem;
    border-radius: 50%;
    font-size: 0.66rem;
    font-weight: 650;
  }
`;
