/** Where a key leads to from one message: so many further, or to one of the ends of what is there. */
export function listKey({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): number | 'first' | 'last' | undefined {
  if (altKey || ctrlKey || metaKey) return undefined;
  switch (key) {
    case 'ArrowUp':
      return -1;
    case 'ArrowDown':
      return 1;
    case 'PageUp':
      return -10;
    case 'PageDown':
      return 10;
    case 'Home':
      return 'first';
    case 'End':
      return 'last';
    default:
      return undefined;
  }
}

/** Leads into the actions of a message, along them, and out of them again. True where the key was one of these. */
export function toolKey(event: KeyboardEvent, row: HTMLElement): boolean {
  const tools = Array.from(row.querySelectorAll<HTMLElement>('.toolbar button'));
  const at = tools.indexOf(event.target as HTMLElement);
  const isOnRow = event.target === row;
  if (at === -1 && !isOnRow) return false;
  const isRtl = getComputedStyle(row).direction === 'rtl';
  const { key } = event;
  if (key === 'Escape' && at !== -1) row.focus();
  else if (key === 'ArrowRight' || key === 'ArrowLeft') {
    const step = (key === 'ArrowRight') === isRtl ? -1 : 1;
    if (isOnRow && step === -1) return false;
    tools[Math.min(Math.max(at + step, 0), tools.length - 1)]?.focus();
  } else return false;
  event.preventDefault();
  return true;
}
