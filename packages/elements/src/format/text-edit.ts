/** One replacement in a text, in UTF-16 units. */
export interface TextEdit {
  readonly index: number;
  readonly remove: number;
  readonly insert: string;
}

/** A stretch of a Yjs delta. */
export interface DeltaPart {
  readonly retain?: number;
  readonly insert?: unknown;
  readonly delete?: number;
}

/**
 * What somebody did who had `before` in front of them and now has `after`, with the caret at `caret` of it. Among equal
 * characters the caret says which were typed. Null where nothing was done. It never cuts a surrogate pair.
 */
export function editOf(before: string, after: string, caret: number = after.length): TextEdit | null {
  if (before === after) return null;
  // What stands behind the caret was there before: where characters repeat, the edit lies as close to it as it can.
  const behind = after.length - caret;
  const mostTail = Math.min(before.length, behind);
  let tail = 0;
  while (tail < mostTail && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const mostHead = Math.min(before.length, after.length) - tail;
  let head = 0;
  while (head < mostHead && before[head] === after[head]) head += 1;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  if (isHighSurrogate(before, head - 1) || isHighSurrogate(after, head - 1)) head -= 1;
  if (isLowSurrogate(before, before.length - tail) || isLowSurrogate(after, after.length - tail)) tail -= 1;
  return { index: head, remove: before.length - tail - head, insert: after.slice(head, after.length - tail) };
}

/** Where a caret at `offset` belongs after `delta`: it stays by its neighbours, before what is inserted at it. */
export function mapThroughDelta(delta: readonly DeltaPart[], offset: number): number {
  let at = 0;
  let mapped = offset;
  for (const part of delta) {
    if (part.retain !== undefined) at += part.retain;
    else if (part.delete !== undefined) mapped -= Math.max(0, Math.min(part.delete, mapped - at));
    else {
      const length = typeof part.insert === 'string' ? part.insert.length : 1;
      if (at < mapped) mapped += length;
      at += length;
    }
    if (at > mapped) break;
  }
  return mapped;
}

/** Where a caret at `offset` of `before` belongs once the text is `after`, where nobody says what was done in between. */
export function mapOffset(before: string, after: string, offset: number): number {
  const edit = editOf(before, after);
  if (edit === null || offset <= edit.index) return offset;
  if (offset >= edit.index + edit.remove) return offset + edit.insert.length - edit.remove;
  return Math.min(offset, edit.index + edit.insert.length);
}

function isHighSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
