import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'concord.theme';
const listeners = new Set<() => void>();
let theme = read();

/** The browser's scheme, or one that was chosen: kept on this device, for all tabs. */
export function setTheme(next: Theme): void {
  theme = next;
  keep(next);
  applyTheme();
  for (const listener of listeners) listener();
}

/** Before the first paint, and whenever it changes: all colours follow `color-scheme`. */
export function applyTheme(): void {
  document.documentElement.style.colorScheme = theme === 'system' ? '' : theme;
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => theme);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): Theme {
  try {
    const kept = localStorage.getItem(storageKey);
    return themes.find((each) => each === kept) ?? 'system';
  } catch {
    return 'system';
  }
}

function keep(chosen: Theme): void {
  try {
    localStorage.setItem(storageKey, chosen);
  } catch {
    // A browser that keeps nothing still shows it.
  }
}
