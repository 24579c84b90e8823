import { css, type CSSResult } from 'lit';

/**
 * What all elements take their looks from. Each `--concord-…` may be set on the page or on any element around; what is left
 * out is as here, in light and in dark, by the `color-scheme` that holds where the element stands.
 */
export const tokens: CSSResult = css`
  :host {
    --ink: var(--concord-ink, light-dark(#1b1f23, #e8eaed));
    --ink-quiet: var(--concord-ink-quiet, light-dark(#5b636c, #9ea7b1));
    --surface: var(--concord-surface, light-dark(#ffffff, #1b1e22));
    --sunken: var(--concord-sunken, light-dark(#f4f5f6, #25292e));
    --raised: var(--concord-raised, light-dark(#ffffff, #2a2f35));
    --line: var(--concord-line, light-dark(#e3e6e9, #343a41));
    --edge: var(--concord-edge, light-dark(#c3c8ce, #4b535c));
    --accent: var(--concord-accent, light-dark(#1f6f5c, #5cc4a4));
    --on-accent: var(--concord-on-accent, light-dark(#ffffff, #08201a));
    --accent-soft: color-mix(in srgb, var(--accent) 13%, var(--surface));
    --good: var(--concord-good, light-dark(#1f7248, #6acb98));
    --warn: var(--concord-warn, light-dark(#855300, #e5b455));
    --bad: var(--concord-bad, light-dark(#b3262e, #ff938e));
    --warn-soft: color-mix(in srgb, var(--warn) 10%, var(--surface));
    --bad-soft: color-mix(in srgb, var(--bad) 9%, var(--surface));
    --radius: var(--concord-radius, 8px);
    --radius-small: max(calc(var(--radius) - 3px), 0px);
    --height: var(--concord-height, 2.25rem);
    --gap: var(--concord-gap, 1.125rem);
    --mono: var(--concord-font-mono, ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace);
    --shadow: var(--concord-shadow, 0 1px 2px light-dark(rgb(16 24 32 / 5%), rgb(0 0 0 / 30%)));
    --shadow-high:
      0 1px 3px light-dark(rgb(16 24 32 / 10%), rgb(0 0 0 / 40%)), 0 12px 32px light-dark(rgb(16 24 32 / 14%), rgb(0 0 0 / 50%));
    --fast: 120ms;

    display: block;
    color: var(--ink);
    font-family: var(--concord-font, inherit);
    font-size: var(--concord-font-size, 0.9375rem);
    line-height: 1.45;
    text-align: start;
    -webkit-text-size-adjust: none;
  }

  :host([hidden]) {
    display: none !important;
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  :host([theme='dark']) {
    color-scheme: dark;
  }

  :host([theme='auto']) {
    color-scheme: light dark;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .icon {
    display: block;
    flex: none;
    width: 1em;
    height: 1em;
    font-size: 1rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 1ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 1ms !important;
    }
  }

  @media (prefers-contrast: more) {
    :host {
      --edge: var(--ink);
      --line: var(--ink-quiet);
    }
  }
`;
