import { colorOf, inkOn } from '../format/person-color.ts';

type StampedUser = { readonly id?: unknown; readonly name?: unknown; readonly color?: unknown };

/** Somebody else's caret, with their name on it. */
export function renderCaret(user: StampedUser): HTMLElement {
  const { name, color } = personOf(user);
  const caret = document.createElement('span');
  caret.className = 'caret';
  // It stands within a text, which is read out without it.
  caret.ariaHidden = 'true';
  caret.setAttribute('part', 'caret');
  caret.style.setProperty('--color', color);
  const label = document.createElement('span');
  label.className = 'caret-label';
  label.style.color = inkOn(color);
  label.textContent = name;
  caret.append(label);
  return caret;
}

/** What somebody else has selected. */
export function selectionOf(user: StampedUser): { readonly class: string; readonly style: string } {
  return { class: 'selected', style: `background-color: ${personOf(user).color}33` };
}

function personOf({ id, name, color }: StampedUser): { readonly name: string; readonly color: string } {
  const known = typeof id === 'string' ? id : '';
  return { name: typeof name === 'string' && name !== '' ? name : known, color: colorOf(known, color) };
}
