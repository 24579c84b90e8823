/** The selection after somebody pressed the box of `id`: with `isRange`, everything from the last one pressed to here. */
export function selectionAfter(
  selected: ReadonlySet<string>,
  ids: readonly string[],
  { id, from, isRange }: { readonly id: string; readonly from: string | null; readonly isRange: boolean },
): ReadonlySet<string> {
  const next = new Set(selected);
  const [start, end] = [from === null ? -1 : ids.indexOf(from), ids.indexOf(id)];
  if (isRange && start >= 0 && end >= 0) {
    for (const each of ids.slice(Math.min(start, end), Math.max(start, end) + 1)) next.add(each);
    return next;
  }
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Only what is still in the list. The same object where that is all of it. */
export function selectionWithin(selected: ReadonlySet<string>, ids: ReadonlySet<string>): ReadonlySet<string> {
  const kept = [...selected].filter((id) => ids.has(id));
  return kept.length === selected.size ? selected : new Set(kept);
}
