const mostShown = 99;
let title = '';
let count = 0;
let plainIcon: string | undefined;

/** Of the tab, from now on. */
export function setPageTitle(next: string): void {
  title = next;
  show();
}

/** How much is new: stands in front of the tab's title, and on its icon. */
export function setTabBadge(next: number): void {
  if (next === count) return;
  count = next;
  show();
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (icon === null) return;
  plainIcon ??= icon.href;
  icon.href = count === 0 ? plainIcon : withDot(plainIcon);
}

function show(): void {
  const badge = count === 0 ? '' : `(${count > mostShown ? `${mostShown}+` : count}) `;
  document.title = `${badge}${title === '' ? '' : `${title} · `}Concord`;
}

/** The icon is an SVG in its own address. */
function withDot(address: string): string {
  const dot = encodeURIComponent("<circle cx='24' cy='8' r='8' fill='#d9363e' stroke='#fff' stroke-width='2'/></svg>");
  return address.replace(/(?:%3C|<)\/svg(?:%3E|>)$/i, dot);
}
