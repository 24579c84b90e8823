import { inkOn, personOf } from '../session/person.ts';

/** Somebody else's caret in the notes, with their name on it. */
export function renderCaret(user: Record<string, unknown>): HTMLElement {
  const { name, color } = personOf(typeof user['id'] === 'string' ? user['id'] : 'Somebody', user['name'], user['color']);
  const caret = document.createElement('span');
  caret.className = 'caret';
  caret.style.borderColor = color;
  caret.dataset['testid'] = 'remote-caret';
  caret.dataset['person'] = name;
  const label = document.createElement('span');
  label.className = 'caret-label';
  label.style.backgroundColor = color;
  label.style.color = inkOn(color);
  label.textContent = name;
  caret.append(label);
  return caret;
}
