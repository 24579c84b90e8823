import fastDiff from 'fast-diff';
import { createInterner } from './align.ts';
import { matchEqual } from './sequence-diff.ts';

/** At `index` of the old text, `remove` units give way to `insert`. */
export interface TextEdit {
  readonly index: number;
  readonly remove: number;
  readonly insert: string;
}

/**
 * fast-diff takes time with the square of the length, so long stretches are first cut into lines, then into
 * words, and one call has so many squared units to spend on it: about a quarter of a second.
 */
const maxDiffUnits = 2000;
const maxSquaredUnits = 50_000_000;
const pieces = [/[^\n]*\n|[^\n]+$/g, /\s+|[^\s]+/g];

/**
 * The edits that turn `before` into `after`, from the start on, none of them inside a surrogate pair. Small
 * rather than smallest where the two are long and have little in common.
 */
export function diffText(before: string, after: string): readonly TextEdit[] {
  const diff: Diff = { edits: [], squaredUnits: maxSquaredUnits };
  collect(before, after, 0, 0, diff);
  return diff.edits;
}

interface Diff {
  readonly edits: TextEdit[];
  /** What is left to spend. */
  squaredUnits: number;
}

function collect(before: string, after: string, offset: number, level: number, diff: Diff): void {
  if (before === after) return;
  const ends = textEnds(before, after);
  const index = offset + ends.start;
  const oldMiddle = before.slice(ends.start, before.length - ends.end);
  const newMiddle = after.slice(ends.start, after.length - ends.end);
  const piece = pieces[level];
  const units = oldMiddle.length + newMiddle.length;
  if (oldMiddle === '' || newMiddle === '') diff.edits.push({ index, remove: oldMiddle.length, insert: newMiddle });
  else if (units <= maxDiffUnits && units * units <= diff.squaredUnits) {
    diff.squaredUnits -= units * units;
    collectUnits(oldMiddle, newMiddle, index, diff.edits);
  } else if (piece === undefined) diff.edits.push({ index, remove: oldMiddle.length, insert: newMiddle });
  else collectPieces(oldMiddle, newMiddle, index, level, piece, diff);
}

function collectUnits(before: string, after: string, offset: number, edits: TextEdit[]): void {
  let index = offset;
  let pending: { index: number; remove: number; insert: string } | null = null;
  for (const [operation, text] of fastDiff(before, after)) {
    if (operation === fastDiff.EQUAL) {
      if (pending !== null) edits.push(pending);
      pending = null;
      index += text.length;
      continue;
    }
    pending ??= { index, remove: 0, insert: '' };
    if (operation === fastDiff.INSERT) pending.insert += text;
    else {
      pending.remove += text.length;
      index += text.length;
    }
  }
  if (pending !== null) edits.push(pending);
}

/** Finds equal pieces in order; what lies between two of them is compared more finely. */
function collectPieces(before: string, after: string, offset: number, level: number, piece: RegExp, diff: Diff): void {
  const idOf = createInterner();
  const oldPieces = before.match(piece) ?? [];
  const newPieces = after.match(piece) ?? [];
  const pairs = matchEqual(oldPieces.map(idOf), newPieces.map(idOf));
  let [oldNext, newNext, unit] = [0, 0, offset];
  for (const [i, j] of [...pairs, [oldPieces.length, newPieces.length] as const]) {
    const oldGap = oldPieces.slice(oldNext, i).join('');
    collect(oldGap, newPieces.slice(newNext, j).join(''), unit, level + 1, diff);
    unit += oldGap.length + (oldPieces[i]?.length ?? 0);
    oldNext = i + 1;
    newNext = j + 1;
  }
}

/** The common start and end, in units, never ending inside a surrogate pair. */
function textEnds(before: string, after: string): { start: number; end: number } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start -= 1;
  let end = 0;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end += 1;
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end))) end -= 1;
  return { start, end };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
