const isMac = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');

/** Whether a key means undo or redo, as it does on this system. */
export function undoKey(event: KeyboardEvent): 'undo' | 'redo' | undefined {
  const isCommand = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!isCommand || event.altKey) return undefined;
  const key = event.key.toLowerCase();
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
  return key === 'y' && !isMac && !event.shiftKey ? 'redo' : undefined;
}
