import * as Y from 'yjs';

type IsNew = (item: Y.Item) => boolean;

/** Cuts a text down to `max` UTF-16 units, from the tail of what is new in it, and never between two surrogates. */
export function cutText(text: Y.Text, max: number, isNew: IsNew): void {
  const spans: { readonly at: number; readonly shown: string }[] = [];
  let at = 0;
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue;
    if (isNew(item) && item.content instanceof Y.ContentString) spans.push({ at, shown: item.content.str });
    at += item.length;
  }
  let excess = text.length - max;
  for (const { at: start, shown } of spans.toReversed()) {
    if (excess <= 0) return;
    let kept = Math.max(0, shown.length - excess);
    if (kept > 0 && /[\uD800-\uDBFF]/.test(shown.charAt(kept - 1))) kept--;
    text.delete(start + kept, shown.length - kept);
    excess -= shown.length - kept;
  }
}

/** The new rows beyond `max`, the last ones first. */
export function excessRows(list: Y.AbstractType<unknown>, max: number, isNew: IsNew): readonly Y.Item[] {
  const rows: Y.Item[] = [];
  for (let item = list._start; item !== null; item = item.right) if (!item.deleted && isNew(item)) rows.push(item);
  return rows.toReversed().slice(0, list._length - max);
}

/** The new members beyond `max`, the last ones first. */
export function excessMembers(set: Y.AbstractType<unknown>, max: number, isNew: IsNew): readonly Y.Item[] {
  const members = [...set._map.values()].filter((item) => !item.deleted);
  const excess = members.length - max;
  return excess <= 0 ? [] : members.filter(isNew).toReversed().slice(0, excess);
}
