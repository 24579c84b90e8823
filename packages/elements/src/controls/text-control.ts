import type { TextSchema } from '@concord/schema';
import { html } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { ref } from 'lit/directives/ref.js';
import type * as Y from 'yjs';
import { editOf, mapThroughDelta, type DeltaPart } from '../format/text-edit.ts';
import { problemText } from '../strings/problem-text.ts';
import { namesOf, type Control, type Target } from './target.ts';

/**
 * Plain text that several people type into at once. Each key is the smallest edit of the Y.Text; what others type appears
 * without moving the caret from its place. While an input method is at work, the area is left alone, and merged after it.
 */
export function createTextControl(target: Target<TextSchema>, text: Y.Text): Control {
  let area: HTMLTextAreaElement | undefined;
  let isComposing = false;
  /** What stands in the area does not fit, and is in no document. */
  let isRefused = false;
  let isTaking = false;
  /** What the area shows, and what has been changed by others since: empty but while an input method is at work. */
  let shown = text.toString();
  let missed: (readonly DeltaPart[])[] = [];

  const moved = (offset: number) => missed.reduce((at, delta) => mapThroughDelta(delta, at), offset);

  function show(): void {
    if (area === undefined || isComposing || isRefused) return;
    const [start, end] = [moved(area.selectionStart), moved(area.selectionEnd)];
    const { selectionDirection, scrollTop } = area;
    missed = [];
    shown = text.toString();
    if (area.value === shown) return;
    area.value = shown;
    if ((area.getRootNode() as ShadowRoot).activeElement !== area) return;
    area.setSelectionRange(start, end, selectionDirection);
    area.scrollTop = scrollTop;
  }

  /** One and the same at each rendering, so that it is called for a new area only: to ask an area for its caret lays out the page. */
  function hold(element: Element | undefined): void {
    area = element as HTMLTextAreaElement | undefined;
    show();
  }

  /** Brings into the text what was typed into the area since it was shown. */
  function take(): void {
    if (area === undefined || isComposing) return;
    const { value } = area;
    const edit = editOf(shown, value, area.selectionStart) ?? { index: 0, remove: 0, insert: '' };
    const rule = target.rule(value);
    isRefused = rule !== null && edit.insert.length > edit.remove;
    if (isRefused && rule !== null) {
      target.complain(problemText(target.schema, value, rule, target.strings, target.locale));
      return;
    }
    if (target.problem !== null) target.complain(null);
    const [from, to] = [moved(edit.index), moved(edit.index + edit.remove)];
    shown = value;
    const write = () => {
      if (to > from) text.delete(from, to - from);
      if (edit.insert !== '') text.insert(from, edit.insert);
    };
    isTaking = true;
    try {
      if (text.doc === null) write();
      else text.doc.transact(write);
    } finally {
      isTaking = false;
    }
    // What others did meanwhile. Without that the area shows the text, which need not be compared.
    if (missed.length > 0) show();
  }

  const observe = (event: Y.YTextEvent) => {
    if (!isTaking) missed.push(event.delta as readonly DeltaPart[]);
    if (!isTaking) show();
  };
  text.observe(observe);

  return {
    dispose: () => text.unobserve(observe),
    revert() {
      if (area === undefined || area.value === text.toString()) return false;
      target.complain(null);
      isRefused = false;
      show();
      return true;
    },
    render() {
      const { label, describedBy, invalid } = namesOf(target);
      return html`<textarea
        part="input"
        class="input"
        rows="3"
        id=${target.id}
        ?readonly=${target.readOnly}
        aria-label=${ifDefined(label)}
        aria-describedby=${ifDefined(describedBy)}
        aria-invalid=${ifDefined(invalid)}
        ${ref(hold)}
        @input=${take}
        @compositionstart=${() => {
          isComposing = true;
        }}
        @compositionend=${() => {
          isComposing = false;
          take();
          show();
        }}
      ></textarea>`;
    },
  };
}
