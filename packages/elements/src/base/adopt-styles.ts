import { getCompatibleStyle, type CSSResult } from 'lit';

/** Gives a shadow tree styles that were loaded after its element was defined. */
export function adoptStyles(root: ShadowRoot, styles: CSSResult): void {
  const sheet = (getCompatibleStyle(styles) as CSSResult).styleSheet;
  if (sheet !== undefined && !root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}
