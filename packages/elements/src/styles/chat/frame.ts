import { css, type CSSResult } from 'lit';

/** The line on top, the list, and what stands below of it. */
export const frameStyles: CSSResult = css`
  :host {
    position: relative;
    height: var(--concord-chat-height, 34rem);
    min-height: 0;
    container-type: inline-size;
    background: var(--background);
    --background: var(--concord-background, var(--surface));
    --face: 2.25rem;
  }

  p,
  h2,
  ul {
    margin: 0;
    padding: 0;
  }

  ul {
    list-style: none;
  }

  .chat {
    position: relative;
    display: flex;
    flex-direction: column;
    height: 100%;
    min-height: 0;
  }

  .head-line {
    display: flex;
    flex: none;
    align-items: center;
    gap: 0.75rem;
    min-height: 3.1rem;
    padding: 0.4rem 0.6rem 0.4rem 1.1rem;
    border-block-end: 1px solid var(--line);
  }

  .head-line:dir(rtl) {
    padding: 0.4rem 1.1rem 0.4rem 0.6rem;
  }

  .head-line .title {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    font-size: 1.06em;
    font-weight: 650;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .head-line slot[name='header'] {
    display: block;
    flex: 1;
    min-width: 0;
  }

  .head-tools {
    display: flex;
    flex: none;
    gap: 0.1rem;
  }

  .head-tools .icon-button {
    position: relative;
  }

  .tool-count {
    position: absolute;
    inset-block-start: 0.05rem;
    inset-inline-end: 0;
    min-width: 0.95rem;
    padding: 0 0.2rem;
    border-radius: 1rem;
    background: var(--sunken);
    color: var(--ink-quiet);
    font-size: 0.62rem;
    font-weight: 650;
    line-height: 0.95rem;
  }

  .face {
    display: grid;
    flex: none;
    place-items: center;
    width: var(--face);
    height: var(--face);
    border-radius: 50%;
    font-size: calc(var(--face) * 0.36);
    font-weight: 650;
    letter-spacing: 0.01em;
    user-select: none;
  }

  .people {
    --face: 1.7rem;
    display: flex;
    flex: none;
  }

  .people .face {
    box-shadow: 0 0 0 2px var(--background);
  }

  .people .face + .face {
    margin-inline-start: -0.35rem;
  }

  .columns {
    position: relative;
    display: flex;
    flex: 1;
    min-height: 0;
  }

  .main {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-width: 0;
  }

  .list-frame {
    position: relative;
    flex: 1;
    min-height: 0;
  }

  .list {
    position: absolute;
    inset: 0;
  }

  .scroll {
    display: flex;
    flex-direction: column;
    height: 100%;
    padding-block: 0.75rem 0.4rem;
    overflow: hidden auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    scrollbar-color: var(--edge) transparent;
    scrollbar-width: thin;
  }

  .scroll:focus-visible {
    outline-offset: -2px;
  }

  .scroll > * {
    flex: none;
  }

  .scroll > .before {
    margin-block-start: auto;
  }

  .to-newest {
    position: absolute;
    inset-block-end: 0.6rem;
    inset-inline-start: 50%;
    z-index: 2;
    border-radius: 2rem;
    background: var(--raised);
    box-shadow: var(--shadow-high);
    translate: -50% 0;
    white-space: nowrap;
  }

  .to-newest:dir(rtl) {
    translate: 50% 0;
  }

  .to-newest[data-new] {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }

  .to-newest[data-new]:hover:not(:disabled) {
    background: color-mix(in srgb, var(--accent) 88%, var(--ink));
  }

  .noted {
    display: flex;
    flex: none;
    align-items: center;
    gap: 0.45rem;
    padding: 0.3rem 1.15rem;
    color: var(--ink-quiet);
    font-size: 0.9em;
  }

  .typing {
    display: flex;
    flex: none;
    align-items: center;
    gap: 0.45rem;
    min-height: 1.5rem;
    padding-inline: 1.15rem;
    overflow: hidden;
    color: var(--ink-quiet);
    font-size: 0.83em;
    white-space: nowrap;
  }

  .dots {
    display: inline-flex;
    gap: 0.2rem;
  }

  .dots i {
    width: 0.3rem;
    height: 0.3rem;
    border-radius: 50%;
    background: currentColor;
    animation: bounce 1.2s ease-in-out infinite;
  }

  .dots i:nth-child(2) {
    animation-delay: 150ms;
  }

  .dots i:nth-child(3) {
    animation-delay: 300ms;
  }

  @keyframes bounce {
    0%,
    60%,
    100% {
      opacity: 0.4;
    }

    30% {
      opacity: 1;
      translate: 0 -0.18rem;
    }
  }

  .problem {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    margin: 0 1rem 0.4rem;
    padding: 0.35rem 0.7rem;
    border-radius: var(--radius-small);
    background: var(--bad-soft);
    color: var(--bad);
    font-size: 0.9em;
  }

  .problem .icon-button {
    margin-inline-start: auto;
    color: inherit;
  }

  .empty,
  .state {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.6rem;
    padding: 1.5rem;
    color: var(--ink-quiet);
    text-align: center;
    pointer-events: none;
  }

  .empty > .icon,
  .state > .icon {
    font-size: 2.4rem;
    stroke-width: 1.1;
  }

  .empty strong,
  .state h2 {
    color: var(--ink);
    font-size: 1.05em;
    font-weight: 620;
  }

  .loading {
    position: absolute;
    inset: auto 1.15rem 0.5rem;
    display: grid;
    gap: 1.1rem;
  }

  .loading p {
    display: flex;
    gap: 0.75rem;
  }

  .loading .waiting.round {
    flex: none;
    width: var(--face);
    height: var(--face);
    border-radius: 50%;
  }

  .drop {
    position: absolute;
    inset: 0.5rem;
    z-index: 5;
    display: grid;
    place-items: center;
    border: 2px dashed var(--accent);
    border-radius: var(--radius);
    background: color-mix(in srgb, var(--background) 80%, transparent);
    color: var(--accent);
    font-weight: 600;
    pointer-events: none;
    backdrop-filter: blur(2px);
  }

  .drop span {
    display: flex;
    align-items: center;
    gap: 0.5rem;
  }

  .quiet {
    color: var(--ink-quiet);
  }
`;
