import { html, type TemplateResult } from 'lit';
import { colorOf, initialsOf, inkOn } from '../../format/person-color.ts';

/** Somebody by the first letters of their name, in the colour that is always theirs. */
export function renderFace(id: string, name: string): TemplateResult {
  const color = colorOf(id);
  return html`<span class="face" part="avatar" aria-hidden="true" style="background: ${color}; color: ${inkOn(color)}"
    >${initialsOf(name)}</span
  >`;
}
