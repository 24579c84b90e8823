import { tryWrite, type Target } from './target.ts';

/** What was typed means a value, or is none, and why. */
export type Parsed = { readonly value: unknown } | { readonly problem: string };

export interface DraftFormat {
  format(value: unknown): string;
  parse(text: string): Parsed;
}

/**
 * What somebody has typed into an input, beside the value of the record. What fits is written with each key. What does not
 * stays in the input, with what is wrong, until it fits or is given up: others' changes do not take it away. Where others
 * change the value after what was typed has been written, their value shows.
 */
export interface Draft {
  text(): string;
  type(text: string): void;
  /** The focus is gone: what was kept is shown as values are. */
  leave(): void;
  revert(): boolean;
}

/** Both were read from the record, where equal values have their keys in the same order. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

export function createDraft(target: Target, { format, parse }: DraftFormat): Draft {
  let typed: { readonly text: string; readonly written: unknown; readonly isKept: boolean } | undefined;
  return {
    text() {
      if (typed?.isKept === true && !isSame(target.value(), typed.written)) typed = undefined;
      return typed?.text ?? format(target.value());
    },
    type(text) {
      const parsed = parse(text);
      if ('problem' in parsed) {
        typed = { text, written: undefined, isKept: false };
        target.complain(parsed.problem);
        return;
      }
      const isKept = tryWrite(target, parsed.value);
      typed = { text, written: isKept ? target.value() : undefined, isKept };
      target.update();
    },
    leave() {
      if (typed?.isKept === true) typed = undefined;
      target.update();
    },
    revert() {
      const was = typed;
      typed = undefined;
      target.complain(null);
      return was?.isKept === false;
    },
  };
}
