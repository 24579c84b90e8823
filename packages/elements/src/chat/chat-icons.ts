import { svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { drawIcon } from '../icons.ts';

/** Strokes on a ground of 20 by 20. */
const shapes = {
  smile: svg`<circle cx="10" cy="10" r="6.75"/><path d="M7.25 11.75a3.4 3.4 0 0 0 5.5 0M7.75 8v.05M12.25 8v.05"/>`,
  reply: svg`<path d="M4 15.5V6.25A1.75 1.75 0 0 1 5.75 4.5h8.5A1.75 1.75 0 0 1 16 6.25v5a1.75 1.75 0 0 1-1.75 1.75H7z"/><path d="M7.25 7.6h5.5M7.25 10h3.5"/>`,
  pencil: svg`<path d="m4.5 15.5.7-3L13 4.7a1.4 1.4 0 0 1 2 0l.3.3a1.4 1.4 0 0 1 0 2l-7.8 7.8z"/>`,
  more: svg`<path d="M5 10v.05M10 10v.05M15 10v.05" stroke-width="2.4"/>`,
  pin: svg`<path d="m12 3.75 4.25 4.25-2 .75-2.5 2.5-.5 3-5.5-5.5 3-.5 2.5-2.5zM8.25 11.75 4 16"/>`,
  search: svg`<circle cx="9" cy="9" r="5"/><path d="m12.75 12.75 3.5 3.5"/>`,
  send: svg`<path d="m4 10 12-5.5-3.5 12L9.5 11z M9.5 11 16 4.5"/>`,
  clip: svg`<path d="m14.75 9.75-5 5a3 3 0 0 1-4.25-4.25l5.75-5.75a2 2 0 0 1 2.85 2.85l-5.5 5.5a1 1 0 0 1-1.45-1.45l4.85-4.85"/>`,
  link: svg`<path d="M8.5 11.5 12 8M9 6l1.6-1.6a3.1 3.1 0 0 1 4.4 4.4L13.5 10.5M6.5 9.5 5 11a3.1 3.1 0 0 0 4.4 4.4L11 14"/>`,
  dot: svg`<circle cx="10" cy="10" r="3.5" fill="currentColor"/><path d="M3.5 10a6.5 6.5 0 0 1 6.5-6.5"/>`,
  file: svg`<path d="M11.5 3.75H6.75a1.25 1.25 0 0 0-1.25 1.25v10a1.25 1.25 0 0 0 1.25 1.25h6.5A1.25 1.25 0 0 0 14.5 15V6.75zM11.5 3.75v3h3"/>`,
  chat: svg`<path d="M10 4c-3.9 0-7 2.5-7 5.7 0 1.8 1 3.4 2.6 4.4l-.5 2.4 2.9-1.4c.6.1 1.3.2 2 .2 3.9 0 7-2.5 7-5.7S13.9 4 10 4z"/>`,
  empty: svg`<path d="M10 4.25c-3.75 0-6.75 2.4-6.75 5.4 0 1.7.95 3.2 2.5 4.2L5.25 16l2.8-1.3c.6.1 1.25.2 1.95.2 3.75 0 6.75-2.4 6.75-5.25S13.75 4.25 10 4.25zM7 9.75v.05M10 9.75v.05M13 9.75v.05"/>`,
} satisfies Record<string, SVGTemplateResult>;

/** As `icon`, of those that a chat alone has. */
export function chatIcon(name: keyof typeof shapes): TemplateResult {
  return drawIcon(shapes[name]);
}
