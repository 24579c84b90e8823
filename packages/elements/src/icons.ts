import { svg, html, type SVGTemplateResult, type TemplateResult } from 'lit';

/** Strokes on a ground of 20 by 20. */
const shapes = {
  undo: svg`<path d="M7.5 4.5 4 8l3.5 3.5M4 8h7.25a4 4 0 0 1 0 8H8.5"/>`,
  redo: svg`<path d="M12.5 4.5 16 8l-3.5 3.5M16 8H8.75a4 4 0 0 0 0 8h2.75"/>`,
  plus: svg`<path d="M10 4.5v11M4.5 10h11"/>`,
  minus: svg`<path d="M4.5 10h11"/>`,
  close: svg`<path d="m5.5 5.5 9 9m0-9-9 9"/>`,
  up: svg`<path d="M10 15.5v-11M5.5 9 10 4.5 14.5 9"/>`,
  down: svg`<path d="M10 4.5v11M5.5 11l4.5 4.5 4.5-4.5"/>`,
  trash: svg`<path d="M4 6h12M8 6V4.25h4V6m2.75 0-.6 9a1 1 0 0 1-1 .95H6.85a1 1 0 0 1-1-.95l-.6-9"/>`,
  check: svg`<path d="m4.5 10.5 3.75 3.75 7.25-8"/>`,
  alert: svg`<circle cx="10" cy="10" r="6.75"/><path d="M10 6.75v4M10 13.2v.05"/>`,
  cloudOff: svg`<path d="m4 4 12 12M6.7 7.2A4 4 0 0 0 6.5 15h7.9M9 5.3a4.2 4.2 0 0 1 5.2 3.5 3.1 3.1 0 0 1 2.5 4.6"/>`,
  retry: svg`<path d="M15.5 10a5.5 5.5 0 1 1-1.7-4M15.5 3.75v3h-3"/>`,
  download: svg`<path d="M10 4v8.5M6.5 9.25 10 12.75l3.5-3.5M4.5 16h11"/>`,
  chevron: svg`<path d="m6 8 4 4 4-4"/>`,
  clock: svg`<circle cx="10" cy="10" r="6.25"/><path d="M10 6.5V10l2.25 1.75"/>`,
  lock: svg`<rect x="4.75" y="9" width="10.5" height="7" rx="1.5"/><path d="M7 9V6.75a3 3 0 0 1 6 0V9"/>`,
} satisfies Record<string, SVGTemplateResult>;

/** An icon beside words, or on a button that is named: nothing to who cannot see it. */
export function icon(name: keyof typeof shapes): TemplateResult {
  return drawIcon(shapes[name]);
}

export function drawIcon(shape: SVGTemplateResult): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">${shape}</svg>`;
}
