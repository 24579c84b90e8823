import { isRightToLeft } from '../../base/locale.ts';
import { placeBelow } from '../../base/place-below.ts';

/** Shows what was rendered as a popover below its anchor, where it is not there yet. */
export function openPopup(popup: HTMLElement | null, anchor: Element, widthPx: number): void {
  if (popup === null || popup.matches(':popover-open')) return;
  popup.showPopover();
  place(popup, anchor, widthPx);
  popup.querySelector<HTMLElement>('[data-first], input, button')?.focus();
}

function place(popup: HTMLElement, anchor: Element, widthPx: number): void {
  const box = anchor.getBoundingClientRect();
  const isRtl = isRightToLeft(anchor);
  // What is at the far end of a line opens towards its beginning.
  const start = isRtl ? box.right : box.left;
  const isFarOut = isRtl ? start - widthPx < 0 : start + widthPx > document.documentElement.clientWidth;
  const edge = isFarOut ? (isRtl ? box.left + widthPx : box.right - widthPx) : start;
  placeBelow(popup, new DOMRect(edge, box.top, 0, box.height), widthPx, isRtl);
}
