import { createCell, type Live } from '../base/cell.ts';
import type { ChatStrings } from './chat-strings.ts';
import { english } from './english.ts';

/**
 * Every word that the elements show or have read out. What depends on something is a function; `locale` is the language
 * of the page where the element stands, for `Intl`. Those of `<concord-chat>` come with its code; any may be replaced before.
 */
export interface Strings extends Partial<ChatStrings> {
  /** A field's label. Falsy: its name as a person reads it. */
  readonly fieldLabel: (field: string, collection: string) => string;
  /** One value of an enum. */
  readonly optionLabel: (value: string, field: string, collection: string) => string;
  /** A column of a list. */
  readonly columnLabel: (column: string, field: string, collection: string) => string;
  /** Where it is filled in, as in "nothing chosen". */
  readonly none: string;
  readonly required: string;
  readonly readOnly: string;
  readonly on: string;
  readonly off: string;
  readonly notSet: string;
  readonly clear: string;
  readonly dateOf: (label: string) => string;
  readonly addTime: (label: string) => string;
  readonly timeOf: (label: string) => string;
  readonly increase: (label: string) => string;
  readonly decrease: (label: string) => string;
  readonly addTo: (label: string) => string;
  readonly addMember: string;
  readonly removeMember: (member: string) => string;
  readonly noMembers: string;
  readonly addRow: string;
  readonly noRows: string;
  readonly row: (number: number, locale: string) => string;
  readonly removeRow: (number: number, locale: string) => string;
  readonly moveRowUp: (number: number, locale: string) => string;
  readonly moveRowDown: (number: number, locale: string) => string;
  readonly rowMoved: (from: number, to: number, locale: string) => string;
  readonly rowRemoved: (number: number, locale: string) => string;
  readonly search: string;
  readonly searching: string;
  readonly noMatches: string;
  readonly matches: (count: number, locale: string) => string;
  readonly notFound: (id: string) => string;
  readonly undo: string;
  readonly redo: string;
  readonly formLabel: (collection: string) => string;

  /** Who is where. */
  readonly isHere: (name: string) => string;
  readonly isEditing: (names: readonly string[], locale: string) => string;
  readonly whoIsHere: string;
  readonly nobodyElse: string;
  readonly moreVisitors: (count: number, locale: string) => string;

  /** Whether it is saved. */
  readonly saved: string;
  readonly saving: string;
  readonly offline: string;
  readonly keptHere: (changes: number, locale: string) => string;
  readonly refused: string;
  readonly refusedWhy: (why: string, changes: number, locale: string) => string;
  readonly retry: string;
  readonly exportChanges: string;
  readonly discard: string;
  readonly discardSure: (changes: number, locale: string) => string;
  readonly keep: string;
  readonly connecting: string;
  readonly connected: string;
  readonly signedOut: string;
  readonly waitingWrites: (count: number, locale: string) => string;

  /** What stands in the place of a record. */
  readonly loading: string;
  readonly denied: string;
  readonly deniedMore: string;
  readonly deleted: string;
  readonly deletedMore: string;
  readonly restore: string;
  readonly gone: string;
  readonly goneMore: string;
  readonly noClient: string;
  readonly noCollection: (collection: string) => string;
  readonly noField: (field: string) => string;
  readonly failed: string;

  /** What is wrong with a value. `corrected`: the server has put it right. */
  readonly corrected: (rule: string) => string;
  readonly mustBeGiven: string;
  readonly mustBeNumber: string;
  readonly mustBeWhole: string;
  readonly atLeast: (least: number, locale: string) => string;
  readonly atMost: (most: number, locale: string) => string;
  readonly tooShort: (least: number, locale: string) => string;
  readonly tooLong: (most: number, locale: string) => string;
  /** `pattern` is a regular expression: few can read it. */
  readonly mustMatch: (pattern: string) => string;
  readonly mustBeJson: (why: string) => string;
  readonly tooMany: (most: number, locale: string) => string;
  readonly alreadyThere: (member: string) => string;
  /** In the words of the server, which are English. */
  readonly otherProblem: (rule: string) => string;

  /** The editor of rich text. */
  readonly formatting: (label: string) => string;
  readonly paragraph: string;
  readonly heading: (level: number) => string;
  readonly blockType: string;
  readonly bold: string;
  readonly italic: string;
  readonly underline: string;
  readonly strike: string;
  readonly code: string;
  readonly link: string;
  readonly linkTo: string;
  readonly apply: string;
  readonly removeLink: string;
  readonly notALink: string;
  readonly bulletList: string;
  readonly orderedList: string;
  readonly quote: string;
  readonly codeBlock: string;
  readonly placeholder: string;
  readonly people: string;
  readonly noPeople: string;
}

const replaced = createCell<Strings>(english);

/** The strings that every element shows which has none of its own. */
export const strings: Live<Strings> = replaced;

/** Replaces some of the strings on the whole page; the others stay as they are. */
export function setStrings(some: Partial<Strings>): void {
  replaced.set({ ...replaced.get(), ...some });
}
