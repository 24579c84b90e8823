const gapPx = 4;
const marginPx = 8;

/** Puts a panel of the top layer below what opens it; above where there is more room, and never out of the window. */
export function placePanel(panel: HTMLElement, anchor: HTMLElement, align: 'start' | 'end' = 'start'): void {
  const at = anchor.getBoundingClientRect();
  const below = innerHeight - at.bottom - gapPx - marginPx;
  const above = at.top - gapPx - marginPx;
  panel.style.maxHeight = '';
  const { width, height } = panel.getBoundingClientRect();
  const goesAbove = height > below && above > below;
  panel.style.maxHeight = `${goesAbove ? above : below}px`;
  panel.style.top = goesAbove ? `${Math.max(marginPx, at.top - gapPx - height)}px` : `${at.bottom + gapPx}px`;
  const isEnd = (align === 'end') === (getComputedStyle(anchor).direction !== 'rtl');
  const left = isEnd ? at.right - width : at.left;
  panel.style.left = `${Math.min(Math.max(marginPx, left), Math.max(marginPx, innerWidth - width - marginPx))}px`;
}
