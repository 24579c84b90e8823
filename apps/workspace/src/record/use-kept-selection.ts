import { useLayoutEffect, useRef, type RefObject } from 'react';
import { mapOffset } from './map-offset.ts';

/**
 * Keeps the caret of a focused input where it was when somebody else changes the text: a browser puts it at
 * the end. Returns what to call whenever the selection or the text changes by this person's hand.
 */
export function useKeptSelection(element: RefObject<HTMLInputElement | HTMLTextAreaElement | null>, text: string): () => void {
  const seen = useRef({ text, start: 0, end: 0 });

  useLayoutEffect(() => {
    const input = element.current;
    const before = seen.current;
    if (input === null || before.text === text) return;
    const start = mapOffset(before.text, text, before.start);
    const end = mapOffset(before.text, text, before.end);
    if (document.activeElement === input) input.setSelectionRange(start, end);
    seen.current = { text, start, end };
  }, [element, text]);

  return () => {
    const input = element.current;
    if (input !== null) seen.current = { text: input.value, start: input.selectionStart ?? 0, end: input.selectionEnd ?? 0 };
  };
}
