import { maxTitleLength } from './ticket.ts';

/** What somebody typed, as the value to write, or why it is none. */
export type Checked<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

/** Lengths are in UTF-16 units, as the schema counts. */
export function checkTitle(typed: string): Checked<string> {
  if (typed.trim() === '') return { ok: false, problem: 'A ticket needs a title.' };
  if (typed.length > maxTitleLength)
    return { ok: false, problem: `${maxTitleLength} characters at most; these are ${typed.length}.` };
  if (!typed.isWellFormed()) return { ok: false, problem: 'There is half a character in this.' };
  return { ok: true, value: typed };
}

/** Hours, with a point or a comma; nothing at all is no estimate. */
export function checkEstimate(typed: string): Checked<number | null> {
  const text = typed.trim();
  if (text === '') return { ok: true, value: null };
  if (!/^\d{1,9}([.,]\d{0,6})?$/.test(text)) return { ok: false, problem: 'A number of hours, 0 or more.' };
  return { ok: true, value: Number(text.replace(',', '.')) };
}
