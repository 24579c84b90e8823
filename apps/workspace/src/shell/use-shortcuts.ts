import { useEffect, useLayoutEffect, useRef } from 'react';

export const isMac: boolean = /mac|iphone|ipad/i.test(navigator.platform);

interface ShortcutActions {
  onPalette(): void;
  onHelp(): void;
  onUnread(step: 1 | -1): void;
}

/** The keys that do something wherever one is. */
export function useShortcuts(actions: ShortcutActions): void {
  const latest = useRef(actions);
  // Before it is painted: a key does what was right by what its user saw.
  useLayoutEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const action = actionOf(event, latest.current);
      if (action === undefined || event.defaultPrevented) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

function actionOf(event: KeyboardEvent, { onPalette, onHelp, onUnread }: ShortcutActions): (() => void) | undefined {
  const { key, altKey, shiftKey } = event;
  const isControl = event.metaKey || event.ctrlKey;
  if (isControl && !altKey && !shiftKey && key.toLowerCase() === 'k') return onPalette;
  if (isControl) return undefined;
  if (altKey && !shiftKey && key === 'ArrowDown') return () => onUnread(1);
  if (altKey && !shiftKey && key === 'ArrowUp') return () => onUnread(-1);
  if (!altKey && key === '?' && !isTyping(event)) return onHelp;
  return undefined;
}

/** What is typed belongs to the field that it is typed into. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
