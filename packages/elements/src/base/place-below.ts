const gapPx = 4;
const marginPx = 8;

/**
 * Puts what is shown in the top layer below `anchor`, or above it where there is more room, within the window. Its inline
 * start is the anchor's; it is as wide as the anchor, or `minWidthPx`.
 */
export function placeBelow(popup: HTMLElement, anchor: DOMRect, minWidthPx: number, isRightToLeft: boolean): void {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const popupWidth = Math.min(Math.max(anchor.width, minWidthPx), width - 2 * marginPx);
  const below = height - anchor.bottom - gapPx - marginPx;
  const above = anchor.top - gapPx - marginPx;
  const { style } = popup;
  style.width = `${popupWidth}px`;
  style.maxHeight = '';
  const wanted = popup.scrollHeight + 2;
  const isBelow = wanted <= below || below >= above;
  style.maxHeight = `min(17rem, ${Math.max(isBelow ? below : above, 80)}px)`;
  style.top = isBelow ? `${anchor.bottom + gapPx}px` : 'auto';
  style.bottom = isBelow ? 'auto' : `${height - anchor.top + gapPx}px`;
  const left = isRightToLeft ? anchor.right - popupWidth : anchor.left;
  style.left = `${Math.min(Math.max(left, marginPx), width - popupWidth - marginPx)}px`;
}
