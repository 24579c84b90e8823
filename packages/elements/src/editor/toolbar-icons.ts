import { svg, type SVGTemplateResult } from 'lit';

/** Strokes on a ground of 20 by 20, of what only the editor shows. */
export const toolbarIcons = {
  bold: svg`<path stroke-width="2" d="M6.5 4.5h4.25a2.7 2.7 0 0 1 0 5.4H6.5zm0 5.4h5a2.8 2.8 0 0 1 0 5.6h-5z"/>`,
  italic: svg`<path d="M8.5 4.5h5M6.5 15.5h5M11.5 4.5l-3 11"/>`,
  underline: svg`<path d="M6 4.5v5a4 4 0 0 0 8 0v-5M5 16.25h10"/>`,
  strike: svg`<path d="M4 10h12M13.6 6.6C13.2 5.3 11.9 4.5 10 4.5c-2.2 0-3.6 1-3.6 2.6 0 1.2.8 1.9 2.1 2.4M6.2 13c.4 1.6 1.9 2.5 3.9 2.5 2.2 0 3.7-1.1 3.7-2.8 0-1-.4-1.7-1.1-2.2"/>`,
  code: svg`<path d="M7 6 3.25 10 7 14M13 6l3.75 4L13 14"/>`,
  link: svg`<path d="M8.4 11.6a3 3 0 0 0 4.3 0l2.6-2.6a3 3 0 0 0-4.3-4.3l-1 1M11.6 8.4a3 3 0 0 0-4.3 0L4.7 11a3 3 0 0 0 4.3 4.3l1-1"/>`,
  bulletList: svg`<path d="M8 5.5h8M8 10h8M8 14.5h8"/><path stroke-width="2.4" d="M4.5 5.5v.01M4.5 10v.01M4.5 14.5v.01"/>`,
  orderedList: svg`<path d="M8.5 5.5H16M8.5 10H16M8.5 14.5H16"/><path stroke-width="1.3" d="M3.75 4.4 4.9 4v3.2M3.7 12.9c.2-.7 1.9-.8 1.9.3 0 .8-1.9 1.5-1.9 2.6h2"/>`,
  quote: svg`<path d="M4.5 14c1.8-.8 2.9-2.1 3-4H4.75V6H8.5v4.2M11.5 14c1.8-.8 2.9-2.1 3-4h-2.75V6h3.75v4.2"/>`,
  codeBlock: svg`<rect x="3.5" y="4" width="13" height="12" rx="2"/><path d="m7 8-2 2 2 2m6-4 2 2-2 2M10.75 7.5l-1.5 5"/>`,
} satisfies Record<string, SVGTemplateResult>;
