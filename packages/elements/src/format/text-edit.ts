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
  let tail = equalTail(before, after, 0, Math.min(before.length, behind));
  let head = equalHead(before, after, Math.min(before.length, after.length) - tail);
  tail = equalTail(before, after, tail, Math.min(before.length, after.length) - head);
  if (isHighSurrogate(before, head - 1) || isHighSurrogate(after, head - 1)) head -= 1;
  if (isLowSurrogate(before, before.length - tail) || isLowSurrogate(after, after.length - tail)) tail -= 1;
  return { index: head, remove: before.length - tail - head, insert: after.slice(head, after.length - tail) };
}

/** Stretches are compared as a whole first: one by one, the characters of a long text would take as long as a frame. */
const stretch = 4096;

/** How many characters, at most `most`, are the same at the beginning of both. */
function equalHead(a: string, b: string, most: number): number {
  let head = 0;
  while (head + stretch <= most && a.slice(head, head + stretch) === b.slice(head, head + stretch)) head += stretch;
  while (head < most && a[head] === b[head]) head += 1;
  return head;
}

/** The same at the end, of which `known` are the same already. */
function equalTail(a: string, b: string, known: number, most: number): number {
  let tail = known;
  const before = (text: string): string => text.slice(text.length - tail - stretch, text.length - tail);
  while (tail + stretch <= most && before(a) === before(b)) tail += stretch;
  while (tail < most && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return tail;
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
