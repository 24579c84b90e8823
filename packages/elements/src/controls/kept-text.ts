import { noChange, type ElementPart } from 'lit';
import { directive, Directive, type DirectiveResult } from 'lit/directive.js';
import { mapOffset } from '../format/text-edit.ts';

type TextInput = HTMLInputElement | HTMLTextAreaElement;

/** Inputs in which an input method has characters that are not decided on yet: their text is not to be touched. */
const composing = new WeakSet<Element>();

class KeptText extends Directive {
  #isWatched = false;

  override render(_text: string): unknown {
    return noChange;
  }

  override update(part: ElementPart, [text]: [string]): unknown {
    const input = part.element as TextInput;
    if (!this.#isWatched) {
      this.#isWatched = true;
      input.addEventListener('compositionstart', () => void composing.add(input));
      input.addEventListener('compositionend', () => void composing.delete(input));
    }
    setKeptText(input, text);
    return noChange;
  }
}

/** Shows a text in an input: where somebody has the caret in it, the caret stays by its neighbours. */
export const keptText: (text: string) => DirectiveResult = directive(KeptText);

function setKeptText(input: TextInput, text: string): void {
  const before = input.value;
  if (before === text || composing.has(input)) return;
  const { selectionStart, selectionEnd } = input;
  input.value = text;
  // Setting the value puts the caret at the end; setting the caret in Safari takes the focus.
  const hasFocus = (input.getRootNode() as Document | ShadowRoot).activeElement === input;
  if (hasFocus && selectionStart !== null && selectionEnd !== null)
    input.setSelectionRange(mapOffset(before, text, selectionStart), mapOffset(before, text, selectionEnd));
}
