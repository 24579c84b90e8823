import type { VisibleCollection } from '@concord/schema';
import { useCallback, useMemo, useState } from 'react';
import { columnsOf, usualColumns, type Column } from './columns.ts';

/** The columns that are shown, as they were chosen on this device, and how to choose others. */
export function useColumns(collection: VisibleCollection): {
  readonly all: readonly Column[];
  readonly shown: readonly Column[];
  choose(names: readonly string[] | null): void;
} {
  const key = `concord.columns.${collection.name}`;
  const [kept, setKept] = useState(() => ({ key, names: read(key) }));
  const names = kept.key === key ? kept.names : read(key);
  const all = useMemo(() => columnsOf(collection), [collection]);
  const shown = useMemo(() => {
    const chosen = new Set(names ?? usualColumns(collection));
    return all.filter(({ name, isTitle }) => isTitle || chosen.has(name));
  }, [all, collection, names]);
  const choose = useCallback(
    (next: readonly string[] | null) => {
      setKept({ key, names: next });
      try {
        if (next === null) localStorage.removeItem(key);
        else localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // A browser that keeps nothing still shows it.
      }
    },
    [key],
  );
  return { all, shown, choose };
}

function read(key: string): readonly string[] | null {
  try {
    const names: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : null;
  } catch {
    return null;
  }
}
