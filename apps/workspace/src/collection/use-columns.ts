import type { VisibleCollection } from '@concord/schema';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { columnsOf, usualColumns, type Column } from './columns.ts';

const listeners = new Set<() => void>();
const chosen = new Map<string, readonly string[] | null>();

/** The columns that are shown, as they were chosen on this device, and how to choose others; null: as usual. */
export function useColumns(collection: VisibleCollection): {
  readonly all: readonly Column[];
  readonly shown: readonly Column[];
  choose(names: readonly string[] | null): void;
} {
  const { name } = collection;
  const names = useSyncExternalStore(
    subscribe,
    useCallback(() => chosenFor(name), [name]),
  );
  const all = useMemo(() => columnsOf(collection), [collection]);
  const shown = useMemo(() => {
    const wanted = new Set(names ?? usualColumns(collection));
    return all.filter((column) => column.isTitle || wanted.has(column.name));
  }, [all, collection, names]);
  return { all, shown, choose: useCallback((next) => choose(name, next), [name]) };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const keyOf = (collection: string): string => `concord.columns.${collection}`;

function chosenFor(collection: string): readonly string[] | null {
  const known = chosen.get(collection);
  if (known !== undefined) return known;
  const kept = read(keyOf(collection));
  chosen.set(collection, kept);
  return kept;
}

function choose(collection: string, names: readonly string[] | null): void {
  chosen.set(collection, names);
  try {
    if (names === null) localStorage.removeItem(keyOf(collection));
    else localStorage.setItem(keyOf(collection), JSON.stringify(names));
  } catch {
    // A browser that keeps nothing still shows them.
  }
  for (const listener of listeners) listener();
}

function read(key: string): readonly string[] | null {
  try {
    const names: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : null;
  } catch {
    return null;
  }
}
